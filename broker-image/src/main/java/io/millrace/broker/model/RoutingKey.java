package io.millrace.broker.model;

import java.nio.charset.StandardCharsets;

/**
 * The routing key of a message or a binding: at most 255 bytes of UTF-8 (AMQP 0-9-1 §4.2.5.3, shortstr).
 *
 * @param value the key as sent by the client
 */
public record RoutingKey(String value) {
    public RoutingKey {
        if (value.length() > 63 && value.getBytes(StandardCharsets.UTF_8).length > 255) {
            throw new IllegalArgumentException("a routing key has at most 255 bytes");
        }
    }
}
