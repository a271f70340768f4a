package io.millrace.broker.model;

import org.jspecify.annotations.Nullable;

/** Reads a property list, each property only if its flag is set. */
final class PropertyReader {
    private static final int CONTINUED = 1;
    private static final int UNUSED = 1 << 1;

    private final FieldReader in;
    private final int limit;
    private final int flags;

    PropertyReader(byte[] flagsAndList) {
        in = new FieldReader(flagsAndList);
        limit = flagsAndList.length;
        flags = in.uint16(limit);
        var word = flags;
        while ((word & CONTINUED) != 0) { // further flag words may follow, but class basic has no such properties
            word = in.uint16(limit);
            if ((word & ~CONTINUED) != 0) {
                throw FieldReader.malformed("unknown property flags");
            }
        }
        if ((flags & UNUSED) != 0) {
            throw FieldReader.malformed("unknown property flags");
        }
    }

    @Nullable
    String text(int flag) {
        return has(flag) ? in.shortString(limit) : null;
    }

    @Nullable
    FieldTable table(int flag) {
        return has(flag) ? in.table(limit, 1) : null;
    }

    @Nullable
    Integer octet(int flag) {
        return has(flag) ? (Integer) in.uint8(limit) : null;
    }

    @Nullable
    Long int64(int flag) {
        return has(flag) ? (Long) in.int64(limit) : null;
    }

    void finish() {
        if (in.position() != limit) {
            throw FieldReader.malformed("bytes left over behind the properties");
        }
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
