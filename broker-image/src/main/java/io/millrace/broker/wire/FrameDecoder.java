package io.millrace.broker.wire;

import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.StringJoiner;

/**
 * Cuts the bytes of one connection into the protocol header and frames (AMQP 0-9-1 §4.2.2, §4.2.3), and hands each to a
 * {@link FrameSink} without making an object of it. Errors are RabbitMQ's: {@code FRAME_ERROR} for a frame that is too
 * large, of unknown type or without its end octet, {@code UNEXPECTED_FRAME} for a heartbeat on a channel.
 */
public final class FrameDecoder extends ByteToMessageDecoder {
    /** What may be received before frame-max is negotiated. */
    public static final int INITIAL_FRAME_MAX_BYTES = 8192;

    private static final int SNIPPET_BYTES = 16;

    private final FrameSink sink;
    private int frameMaxBytes = INITIAL_FRAME_MAX_BYTES;
    private boolean headerSeen;
    private boolean stopped;

    public FrameDecoder(FrameSink sink) {
        this.sink = sink;
    }

    /** Sets the negotiated frame-max (the whole frame, in bytes). */
    public void frameMax(int bytes) {
        if (bytes < Frame.MIN_MAX_BYTES) {
            throw new IllegalArgumentException("frame-max is at least " + Frame.MIN_MAX_BYTES);
        }
        frameMaxBytes = bytes;
    }

    /** From now on everything received is thrown away. */
    public void stop() {
        stopped = true;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (!headerSeen && !stopped) {
            readProtocolHeader(in);
        }
        while (headerSeen && !stopped && readFrame(in)) {
            // the sink has had the frame
        }
        if (stopped) {
            in.skipBytes(in.readableBytes());
        }
    }

    private void readProtocolHeader(ByteBuf in) {
        if (in.readableBytes() < Frame.protocolHeaderBytes()) {
            return;
        }
        if (Frame.readProtocolHeader(in)) {
            headerSeen = true;
            sink.protocolHeader();
        } else {
            stopped = true;
            sink.protocolMismatch();
        }
    }

    /** Whether a whole frame was there. */
    private boolean readFrame(ByteBuf in) {
        if (in.readableBytes() < Frame.PREFIX_BYTES) {
            return false;
        }
        var start = in.readerIndex();
        var type = in.getUnsignedByte(start);
        var length = in.getUnsignedInt(start + 3);
        if (length > frameMaxBytes) { // not minus EMPTY_BYTES: RabbitMQ forgives clients that forget the eight bytes
            breakOff(new ConnectionError(
                    ReplyCode.FRAME_ERROR,
                    "type %d, all octets = <<>>: {frame_too_large,%d,%d}"
                            .formatted(type, length, frameMaxBytes - Frame.EMPTY_BYTES)));
            return false;
        }
        if (in.readableBytes() < length + Frame.EMPTY_BYTES) {
            return false;
        }
        dispatch(type, in.getUnsignedShort(start + 1), in, start + Frame.PREFIX_BYTES, (int) length);
        return true;
    }

    private void dispatch(int type, int channel, ByteBuf in, int payloadAt, int length) {
        var payloadEnd = payloadAt + length;
        var written = in.writerIndex();
        var end = in.getUnsignedByte(payloadEnd);
        if (end != Frame.END) {
            var error = "{invalid_frame_end_marker," + end + "}";
            breakOff(frameError(type, in, payloadAt, length, ": " + error));
        } else if (type == Frame.METHOD || type == Frame.HEADER || type == Frame.BODY) {
            in.setIndex(payloadAt, payloadEnd);
            try {
                sink.frame(type, channel, in);
            } finally {
                in.setIndex(payloadEnd + 1, written);
            }
        } else if (type != Frame.HEARTBEAT || length != 0) {
            breakOff(frameError(type, in, payloadAt, length, ": unknown_frame"));
        } else if (channel != 0) {
            breakOff(new ConnectionError(ReplyCode.UNEXPECTED_FRAME, "type 8, all octets = <<>>"));
        } else {
            in.setIndex(payloadEnd + 1, written);
            sink.heartbeat();
        }
    }

    private void breakOff(ConnectionError error) {
        stopped = true;
        sink.broken(error);
    }

    static ConnectionError frameError(int type, ByteBuf in, int payloadAt, int length, String what) {
        var shown = Math.min(length, SNIPPET_BYTES);
        var octets = new StringJoiner(",", "<<", ">>");
        for (var octet : ByteBufUtil.getBytes(in, payloadAt, shown)) {
            octets.add(Integer.toString(octet & 0xFF));
        }
        var extent = length <= SNIPPET_BYTES ? "all" : "first 16";
        return new ConnectionError(
                ReplyCode.FRAME_ERROR, "type %d, %s octets = %s%s".formatted(type, extent, octets, what));
    }
}
