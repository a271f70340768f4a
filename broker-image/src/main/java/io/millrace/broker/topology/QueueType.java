package io.millrace.broker.topology;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.LongString;
import java.util.Locale;
import java.util.Optional;

/** The queue types of RabbitMQ that we have. */
public enum QueueType {
    CLASSIC,
    QUORUM,
    STREAM;

    static final String ARGUMENT = "x-queue-type";

    /** The name clients use. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name RabbitMQ's texts give it. */
    public String module() {
        return "rabbit_" + text() + "_queue";
    }

    static Optional<QueueType> of(String text) {
        for (var type : values()) {
            if (type.text().equals(text)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The type these valid arguments ask for. */
    static QueueType of(FieldTable arguments) {
        return arguments
                .get(ARGUMENT)
                .filter(LongString.class::isInstance)
                .flatMap(name -> of(((LongString) name).text()))
                .orElse(CLASSIC);
    }
}
