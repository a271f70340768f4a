package io.millrace.broker.log;

import io.millrace.broker.model.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message as a Kafka record. The value is the AMQP body, unchanged, so that any Kafka consumer can read it; what AMQP knows beside the body lies in
 * headers: {@code a.p} property flags and list as in the content header frame, {@code a.r} exchange and routing key as two short strings, {@code a.x}
 * absolute expiry in milliseconds (int64; absent = none).
 */
public final class MessageRecord {
    private static final String PROPERTIES = "a.p";
    private static final String ROUTE = "a.r";
    private static final String EXPIRY = "a.x";
    private static final byte[] NO_PROPERTIES = {0, 0};
    private static final byte[] EMPTY = {};

    private MessageRecord() {}

    /** The headers that carry what the body does not. */
    public static List<Header> headers(Message message) {
        var headers = new ArrayList<Header>(3);
        if (message.properties().length > 2) {
            headers.add(new Header(PROPERTIES, message.properties()));
        }
        headers.add(new Header(ROUTE, route(message)));
        if (message.expiresAtMs() != Message.NEVER) {
            headers.add(new Header(
                    EXPIRY,
                    ByteBuffer.allocate(Long.BYTES)
                            .putLong(message.expiresAtMs())
                            .array()));
        }
        return headers;
    }

    private static byte[] route(Message message) {
        byte[] exchange = message.exchange().getBytes(StandardCharsets.UTF_8);
        byte[] key = message.routingKey().getBytes(StandardCharsets.UTF_8);
        byte[] route = new byte[2 + exchange.length + key.length];
        route[0] = (byte) exchange.length;
        System.arraycopy(exchange, 0, route, 1, exchange.length);
        route[1 + exchange.length] = (byte) key.length;
        System.arraycopy(key, 0, route, 2 + exchange.length, key.length);
        return route;
    }

    /**
     * Reads a record back; one that a Kafka producer wrote has no route (see {@link ForeignRecord}).
     *
     * @param part where it lies
     * @throws IllegalArgumentException if one of our headers is malformed
     */
    public static Message read(LogPart part, LogRecord log) {
        byte[] properties = NO_PROPERTIES;
        byte @Nullable [] route = null;
        long expiry = Message.NEVER;
        for (var header : log.headers()) {
            switch (header.key()) {
                case PROPERTIES -> properties = header.value();
                case ROUTE -> route = header.value();
                case EXPIRY -> expiry = ByteBuffer.wrap(header.value()).getLong();
                default -> {
                    // a foreign producer's header
                }
            }
        }
        if (route == null) {
            return ForeignRecord.message(part, log);
        }
        byte[] value = log.value();
        byte[] body = value == null ? EMPTY : value;
        int exchangeBytes = route[0] & 0xff;
        if (route.length < 2 + exchangeBytes || route.length != 2 + exchangeBytes + (route[1 + exchangeBytes] & 0xff)) {
            throw new IllegalArgumentException("malformed route header at offset " + log.offset());
        }
        var exchange = new String(route, 1, exchangeBytes, StandardCharsets.UTF_8);
        var key = new String(route, 2 + exchangeBytes, route.length - 2 - exchangeBytes, StandardCharsets.UTF_8);
        return new Message(exchange, key, properties, body, expiry, log.timestampMs());
    }
}
