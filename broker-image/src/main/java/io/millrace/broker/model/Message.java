package io.millrace.broker.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message as it lies in a queue. The arrays are shared, never copied and never changed after construction.
 *
 * @param exchange the exchange it was published to; the empty string is the default exchange
 * @param routingKey the routing key it was published with
 * @param properties property flags and property list exactly as in the content header frame (AMQP 0-9-1 §4.2.6.1)
 * @param body the payload, unchanged
 * @param expiresAtMs absolute expiry in milliseconds since the epoch, or {@link #NEVER}
 * @param timestampMs when the broker routed it, milliseconds since the epoch
 */
public record Message(
        String exchange, String routingKey, byte[] properties, byte[] body, long expiresAtMs, long timestampMs) {
    /** The expiry of a message that does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Bytes that this message is counted with in limits: body and properties. */
    public int sizeBytes() {
        return body.length + properties.length;
    }

    /** Bytes of the payload. */
    public int bodyBytes() {
        return body.length;
    }

    /** The {@code priority} property, 0 to 255; 0 if it is absent. */
    public int priority() {
        boolean given = (properties[0] << Byte.SIZE & BasicProperties.PRIORITY) != 0;
        var priority = given ? BasicProperties.decode(properties).priority() : null;
        return priority == null ? 0 : priority;
    }

    /** The same message with another expiry. */
    public Message expiringAt(long whenMs) {
        return new Message(exchange, routingKey, properties, body, whenMs, timestampMs);
    }

    /** The same message with other properties, encoded. */
    public Message withProperties(byte[] other) {
        return new Message(exchange, routingKey, other, body, expiresAtMs, timestampMs);
    }

    /** The same message at another time, with another expiry. */
    public Message at(long nowMs, long expiresMs) {
        return new Message(exchange, routingKey, properties, body, expiresMs, nowMs);
    }

    /** Whether it is past its expiry at {@code nowMs}. */
    public boolean expiredAt(long nowMs) {
        return expiresAtMs <= nowMs;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Message that
                && exchange.equals(that.exchange)
                && routingKey.equals(that.routingKey)
                && Arrays.equals(properties, that.properties)
                && Arrays.equals(body, that.body)
                && expiresAtMs == that.expiresAtMs
                && timestampMs == that.timestampMs;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(body) * 31 + routingKey.hashCode();
    }

    /** Names and sizes only: a payload never reaches a log line. */
    @Override
    public String toString() {
        return "Message[exchange=" + exchange + ", routingKey=" + routingKey + ", bodyBytes=" + body.length + "]";
    }
}
