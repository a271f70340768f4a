package io.millrace.broker.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Remembers the last payload and what it decoded to, for payloads that tend to repeat. */
final class Repeated<T> {
    /** Longer payloads are not remembered; every {@code basic.publish} fits. */
    private static final int LONGEST_BYTES = 520;

    private final ByteBuf bytes = Unpooled.buffer(64, LONGEST_BYTES);
    private @Nullable T value;

    /** Consumes the payload: by comparison if it is the same as the last one, else by decoding. */
    T orDecode(ByteBuf payload, Function<ByteBuf, T> decode) {
        var length = payload.readableBytes();
        var start = payload.readerIndex();
        var known = value;
        if (known != null && length == bytes.readableBytes() && ByteBufUtil.equals(payload, start, bytes, 0, length)) {
            payload.skipBytes(length);
            return known;
        }
        var decoded = decode.apply(payload);
        value = null;
        if (length <= LONGEST_BYTES) {
            bytes.clear().writeBytes(payload, start, length);
            value = decoded;
        }
        return decoded;
    }
}
