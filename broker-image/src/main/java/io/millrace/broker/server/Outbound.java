package io.millrace.broker.server;

import io.millrace.broker.model.Message;
import io.millrace.broker.wire.Frame;
import io.millrace.broker.wire.FrameEncoder;
import io.millrace.broker.wire.Method;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** What a connection sends: one buffer per turn of the event loop, written once at its end. */
final class Outbound {
    private static final int WRITE_AT_BYTES = 256 << 10;
    private static final int FIRST_BYTES = 4 << 10;

    private final ChannelHandlerContext context;
    private int frameMaxBytes = Frame.MIN_MAX_BYTES;
    private @Nullable ByteBuf buffer;

    Outbound(ChannelHandlerContext context) {
        this.context = context;
    }

    void frameMax(int bytes) {
        frameMaxBytes = bytes;
    }

    private ByteBuf buffer() {
        var current = buffer;
        if (current == null) {
            current = context.alloc().buffer(FIRST_BYTES);
            buffer = current;
        }
        return current;
    }

    void protocolHeader() {
        Frame.writeProtocolHeader(buffer());
    }

    void heartbeat() {
        FrameEncoder.heartbeat(buffer());
    }

    void method(int channel, Method method) {
        FrameEncoder.method(buffer(), channel, method);
    }

    void content(int channel, Method method, Message message) {
        var out = buffer();
        FrameEncoder.content(
                out, channel, method, message.properties(), Unpooled.wrappedBuffer(message.body()), frameMaxBytes);
        if (out.readableBytes() >= WRITE_AT_BYTES) {
            buffer = null;
            context.write(out, context.voidPromise());
        }
    }

    void flush() {
        var out = buffer;
        if (out != null) {
            buffer = null;
            context.write(out, context.voidPromise());
        }
        context.flush();
    }

    /** Throws away what was not written. */
    void release() {
        var out = buffer;
        if (out != null) {
            buffer = null;
            out.release();
        }
    }
}
