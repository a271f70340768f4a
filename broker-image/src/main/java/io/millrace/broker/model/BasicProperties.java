package io.millrace.broker.model;

import org.jspecify.annotations.Nullable;

/**
 * The fourteen properties of a message (AMQP 0-9-1 §1.8.1), each of which may be absent. Messages travel with their
 * properties as raw bytes; this record is for the few places that look inside or change something.
 *
 * @param headers the headers table; absent is not the same as empty
 * @param deliveryMode 1 transient, 2 persistent
 * @param priority 0 to 255
 * @param expiration milliseconds to live, as decimal text
 * @param timestamp seconds since the epoch
 */
public record BasicProperties(
        @Nullable String contentType,
        @Nullable String contentEncoding,
        @Nullable FieldTable headers,
        @Nullable Integer deliveryMode,
        @Nullable Integer priority,
        @Nullable String correlationId,
        @Nullable String replyTo,
        @Nullable String expiration,
        @Nullable String messageId,
        @Nullable Long timestamp,
        @Nullable String type,
        @Nullable String userId,
        @Nullable String appId,
        @Nullable String clusterId) {
    /** No property at all. */
    public static final BasicProperties EMPTY =
            new BasicProperties(null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    // The flag of each property in the first word of the property flags: a look at them often spares the decoding.
    public static final int CONTENT_TYPE = 1 << 15;
    public static final int CONTENT_ENCODING = 1 << 14;
    public static final int HEADERS = 1 << 13;
    public static final int DELIVERY_MODE = 1 << 12;
    public static final int PRIORITY = 1 << 11;
    public static final int CORRELATION_ID = 1 << 10;
    public static final int REPLY_TO = 1 << 9;
    public static final int EXPIRATION = 1 << 8;
    public static final int MESSAGE_ID = 1 << 7;
    public static final int TIMESTAMP = 1 << 6;
    public static final int TYPE = 1 << 5;
    public static final int USER_ID = 1 << 4;
    public static final int APP_ID = 1 << 3;
    public static final int CLUSTER_ID = 1 << 2;

    /**
     * Decodes property flags and property list as they stand in a content header frame.
     *
     * @throws ConnectionError {@code SYNTAX_ERROR} or {@code FRAME_ERROR} if the bytes are malformed
     */
    public static BasicProperties decode(byte[] flagsAndList) {
        var reader = new PropertyReader(flagsAndList);
        var properties = new BasicProperties(
                reader.text(CONTENT_TYPE),
                reader.text(CONTENT_ENCODING),
                reader.table(HEADERS),
                reader.octet(DELIVERY_MODE),
                reader.octet(PRIORITY),
                reader.text(CORRELATION_ID),
                reader.text(REPLY_TO),
                reader.text(EXPIRATION),
                reader.text(MESSAGE_ID),
                reader.int64(TIMESTAMP),
                reader.text(TYPE),
                reader.text(USER_ID),
                reader.text(APP_ID),
                reader.text(CLUSTER_ID));
        reader.finish();
        return properties;
    }

    /** Property flags and property list, as in a content header frame; {@code 00 00} when there are none. */
    public byte[] encode() {
        var writer = new PropertyWriter();
        writer.text(CONTENT_TYPE, contentType);
        writer.text(CONTENT_ENCODING, contentEncoding);
        writer.table(HEADERS, headers);
        writer.octet(DELIVERY_MODE, deliveryMode);
        writer.octet(PRIORITY, priority);
        writer.text(CORRELATION_ID, correlationId);
        writer.text(REPLY_TO, replyTo);
        writer.text(EXPIRATION, expiration);
        writer.text(MESSAGE_ID, messageId);
        writer.int64(TIMESTAMP, timestamp);
        writer.text(TYPE, type);
        writer.text(USER_ID, userId);
        writer.text(APP_ID, appId);
        writer.text(CLUSTER_ID, clusterId);
        return writer.finish();
    }

    /** These properties with other headers; null takes them away. */
    public BasicProperties withHeaders(@Nullable FieldTable other) {
        return new BasicProperties(
                contentType,
                contentEncoding,
                other,
                deliveryMode,
                priority,
                correlationId,
                replyTo,
                expiration,
                messageId,
                timestamp,
                type,
                userId,
                appId,
                clusterId);
    }

    /** These properties with another expiration; null takes it away. */
    public BasicProperties withExpiration(@Nullable String other) {
        return new BasicProperties(
                contentType,
                contentEncoding,
                headers,
                deliveryMode,
                priority,
                correlationId,
                replyTo,
                other,
                messageId,
                timestamp,
                type,
                userId,
                appId,
                clusterId);
    }

    /** These properties with another reply-to; null takes it away. */
    public BasicProperties withReplyTo(@Nullable String other) {
        return new BasicProperties(
                contentType,
                contentEncoding,
                headers,
                deliveryMode,
                priority,
                correlationId,
                other,
                expiration,
                messageId,
                timestamp,
                type,
                userId,
                appId,
                clusterId);
    }

    /** These properties with another delivery mode; null takes it away. */
    public BasicProperties withDeliveryMode(@Nullable Integer other) {
        return new BasicProperties(
                contentType,
                contentEncoding,
                headers,
                other,
                priority,
                correlationId,
                replyTo,
                expiration,
                messageId,
                timestamp,
                type,
                userId,
                appId,
                clusterId);
    }
}
