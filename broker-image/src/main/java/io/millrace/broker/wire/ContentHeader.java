package io.millrace.broker.wire;

import io.millrace.broker.model.BasicProperties;
import org.jspecify.annotations.Nullable;

/**
 * A content header of class {@code basic} (AMQP 0-9-1 §4.2.6.1). The properties stay the bytes they came as, so that a
 * delivery can repeat them unchanged; they are decoded when first asked for.
 */
public final class ContentHeader {
    static final int CLASS_ID = 60;
    private static final byte[] NO_PROPERTIES = {0, 0};

    private final long bodySize;
    private final byte[] propertyBytes;
    private @Nullable BasicProperties properties;

    /**
     * @param bodySize bytes of the body
     * @param propertyBytes property flags and property list, taken over and never to be changed; {@code 00 00} for none
     */
    public ContentHeader(long bodySize, byte[] propertyBytes) {
        if (bodySize < 0 || propertyBytes.length < 2) {
            throw new IllegalArgumentException("a content header has a body size and property flags");
        }
        this.bodySize = bodySize;
        this.propertyBytes = propertyBytes;
    }

    /** The bytes that stand for no properties; not to be changed. */
    public static byte[] noProperties() {
        return NO_PROPERTIES;
    }

    public long bodySize() {
        return bodySize;
    }

    /** Property flags and property list as on the wire; not to be changed. */
    public byte[] propertyBytes() {
        return propertyBytes;
    }

    /** Whether one of these properties is present, by {@link BasicProperties}' flags. Decodes nothing. */
    public boolean hasAny(int flags) {
        var present = (propertyBytes[0] & 0xFF) << 8 | (propertyBytes[1] & 0xFF);
        return (present & flags) != 0;
    }

    /**
     * The properties, decoded once. A published message must come through here before it is stored: it is the only check
     * of what consumers will get.
     *
     * @throws io.millrace.broker.model.ConnectionError if the bytes are malformed
     */
    public BasicProperties properties() {
        var known = properties;
        if (known == null) {
            known = BasicProperties.decode(propertyBytes);
            properties = known;
        }
        return known;
    }
}
