package io.millrace.broker.wire;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ConnectionError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notes what a decoder finds, as text, and assembles all frames of one channel. */
final class RecordingSink implements FrameSink {
    static final long MAX_BODY_BYTES = 10_000;

    final List<String> seen = new ArrayList<>();
    final CommandAssembler assembler = new CommandAssembler(1, MAX_BODY_BYTES);

    @Nullable
    AmqpError error;

    @Override
    public void protocolHeader() {
        seen.add("protocol header");
    }

    @Override
    public void protocolMismatch() {
        seen.add("protocol mismatch");
    }

    @Override
    public void frame(int type, int channel, ByteBuf payload) {
        if (error != null) {
            return;
        }
        try {
            var command = assembler.accept(type, payload);
            if (command != null) {
                seen.add(describe(command));
                command.release();
            }
        } catch (AmqpError e) {
            error = e;
        }
    }

    @Override
    public void heartbeat() {
        seen.add("heartbeat");
    }

    @Override
    public void broken(ConnectionError broken) {
        error = broken;
    }

    static String describe(Command command) {
        var header = command.header();
        return header == null
                ? command.method().toString()
                : describe(command.method(), header.propertyBytes(), command.body());
    }

    static String describe(Method method, byte[] properties, @Nullable ByteBuf body) {
        var bytes = body == null ? "none" : ByteBufUtil.hexDump(body);
        return method + " " + HexFormat.of().formatHex(properties) + " " + bytes;
    }
}
