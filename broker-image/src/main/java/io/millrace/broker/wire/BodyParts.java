package io.millrace.broker.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The body of one message while it arrives: one frame is kept as a slice, several as a composite of slices. A sender of
 * tiny frames would make us hold a buffer per frame, so those are copied together.
 */
final class BodyParts {
    /** No well-meaning sender cuts a body into frames smaller than the smallest frame-max. */
    private static final int TINY_BYTES = Frame.MIN_MAX_BYTES - Frame.EMPTY_BYTES;

    private long missingBytes;
    private @Nullable ByteBuf parts;

    BodyParts(long sizeBytes) {
        missingBytes = sizeBytes;
    }

    long missingBytes() {
        return missingBytes;
    }

    /** Adds the payload of a body frame, which is not larger than what is missing. */
    void add(ByteBuf payload) {
        var length = payload.readableBytes();
        var last = length == missingBytes;
        missingBytes -= length;
        if (length == 0) {
            return;
        }
        var known = parts;
        if (known == null && last) {
            parts = payload.readRetainedSlice(length);
        } else if (isFlat(known) || (length < TINY_BYTES && !last)) {
            parts = flat(payload, known).writeBytes(payload);
        } else {
            var composite = known instanceof CompositeByteBuf some
                    ? some
                    : payload.alloc().compositeBuffer(Integer.MAX_VALUE);
            parts = composite.addComponent(true, payload.readRetainedSlice(length));
        }
    }

    private static boolean isFlat(@Nullable ByteBuf known) {
        return known != null && !(known instanceof CompositeByteBuf);
    }

    private static ByteBuf flat(ByteBuf payload, @Nullable ByteBuf known) {
        if (known == null) {
            return payload.alloc().buffer(payload.readableBytes());
        }
        if (known instanceof CompositeByteBuf composite) {
            var copy = payload.alloc().buffer(composite.readableBytes() + payload.readableBytes());
            copy.writeBytes(composite);
            composite.release();
            return copy;
        }
        return known;
    }

    /** Hands the whole body over. */
    ByteBuf take() {
        var whole = parts;
        if (whole == null || missingBytes > 0) {
            throw new IllegalStateException("the body is not complete");
        }
        parts = null;
        return whole;
    }

    void release() {
        if (parts != null) {
            parts.release();
            parts = null;
        }
    }
}
