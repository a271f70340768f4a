package io.millrace.broker.topology;

import java.util.Locale;
import java.util.Optional;

/** How an exchange picks destinations (AMQP 0-9-1 §3.1.3). */
public enum ExchangeType {
    DIRECT,
    FANOUT,
    TOPIC,
    HEADERS;

    /** The name clients use. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ExchangeType> of(String text) {
        for (var type : values()) {
            if (type.text().equals(text)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
