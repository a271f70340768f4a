package io.millrace.broker.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * AMQP's long string (§4.2.5.3): bytes that are usually, but not always, UTF-8 text. Immutable; equal when the bytes are
 * equal.
 */
public final class LongString implements FieldValue {
    /** The empty string. */
    public static final LongString EMPTY = new LongString(new byte[0]);

    private final byte[] bytes;
    private @Nullable String text;

    private LongString(byte[] bytes) {
        this.bytes = bytes;
    }

    public static LongString of(String text) {
        return text.isEmpty() ? EMPTY : new LongString(text.getBytes(UTF_8));
    }

    public static LongString of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new LongString(bytes.clone());
    }

    /** Takes the array over without a copy: for decoders that have just made it. */
    static LongString owning(byte[] bytes) {
        return new LongString(bytes);
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    byte[] sharedBytes() {
        return bytes;
    }

    /** The bytes read as UTF-8; malformed sequences become the replacement character. */
    public String text() {
        var known = text;
        if (known == null) {
            known = new String(bytes, UTF_8);
            text = known; // a benign race: every thread computes an equal string
        }
        return known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LongString that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return text();
    }
}
