package io.millrace.broker.model;

import org.jspecify.annotations.Nullable;

/** Writes a property list and, at the end, the flags in front of it. */
final class PropertyWriter {
    private final FieldWriter out = new FieldWriter(64);
    private int flags;

    PropertyWriter() {
        out.uint16(0);
    }

    void text(int flag, @Nullable String value) {
        if (value != null) {
            flags |= flag;
            out.shortString(value);
        }
    }

    void table(int flag, @Nullable FieldTable value) {
        if (value != null) {
            flags |= flag;
            out.table(value);
        }
    }

    void octet(int flag, @Nullable Integer value) {
        if (value != null) {
            flags |= flag;
            out.uint8(value);
        }
    }

    void int64(int flag, @Nullable Long value) {
        if (value != null) {
            flags |= flag;
            out.int64(value);
        }
    }

    byte[] finish() {
        var bytes = out.toByteArray();
        bytes[0] = (byte) (flags >> 8);
        bytes[1] = (byte) flags;
        return bytes;
    }
}
