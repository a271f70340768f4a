package io.millrace.broker.topology;

import java.util.Optional;

/** How an exchange picks destinations (AMQP 0-9-1 §3.1.3; RabbitMQ's consistent-hash, random, sharding and delayed message plugins). */
public enum ExchangeType {
    DIRECT("direct"),
    FANOUT("fanout"),
    TOPIC("topic"),
    HEADERS("headers"),
    /** One destination, the same for messages of one hash; the binding key is the destination's weight. */
    CONSISTENT_HASH("x-consistent-hash"),
    /** One destination, by the hash of the routing key modulo their number. */
    MODULUS_HASH("x-modulus-hash"),
    /** One destination, any. */
    RANDOM("x-random"),
    /** Holds messages with an {@code x-delay} until that is over, then routes as another type does. */
    DELAYED("x-delayed-message");

    private final String text;

    ExchangeType(String text) {
        this.text = text;
    }

    /** The name clients use. */
    public String text() {
        return text;
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
