package io.millrace.broker.wire;

import io.netty.buffer.ByteBuf;

/**
 * Appends frames to a buffer (AMQP 0-9-1 §4.2.3). A content command goes out as one run of bytes, so nothing can come
 * between its frames.
 */
public final class FrameEncoder {
    private FrameEncoder() {}

    /** A method frame; the method has no content. */
    public static void method(ByteBuf out, int channel, Method method) {
        var start = begin(out, Frame.METHOD, channel);
        method.writeTo(out);
        end(out, start);
    }

    /** A heartbeat frame. */
    public static void heartbeat(ByteBuf out) {
        end(out, begin(out, Frame.HEARTBEAT, 0));
    }

    /**
     * Method, content header and body frames.
     *
     * @param propertyBytes property flags and list, as in {@link ContentHeader#propertyBytes}
     * @param body its readable bytes are the body; neither consumed nor released
     * @param frameMaxBytes the negotiated frame-max, which body frames keep to; 0 means no limit
     */
    public static void content(
            ByteBuf out, int channel, Method method, byte[] propertyBytes, ByteBuf body, int frameMaxBytes) {
        var bodyBytes = body.readableBytes();
        method(out, channel, method);
        var start = begin(out, Frame.HEADER, channel);
        out.writeInt(ContentHeader.CLASS_ID << 16); // class and weight, which is 0
        out.writeLong(bodyBytes);
        out.writeBytes(propertyBytes);
        end(out, start);
        var part = frameMaxBytes == 0 ? bodyBytes : frameMaxBytes - Frame.EMPTY_BYTES;
        for (var at = 0; at < bodyBytes; at += part) {
            body(out, channel, body, body.readerIndex() + at, Math.min(part, bodyBytes - at));
        }
    }

    private static void body(ByteBuf out, int channel, ByteBuf body, int at, int length) {
        out.ensureWritable(length + Frame.EMPTY_BYTES);
        out.writeByte(Frame.BODY);
        out.writeShort(channel);
        out.writeInt(length);
        out.writeBytes(body, at, length);
        out.writeByte(Frame.END);
    }

    /** Writes the frame's prefix with an open length; returns where the payload begins. */
    private static int begin(ByteBuf out, int type, int channel) {
        out.writeByte(type);
        out.writeShort(channel);
        out.writeInt(0);
        return out.writerIndex();
    }

    private static void end(ByteBuf out, int payloadAt) {
        out.setInt(payloadAt - 4, out.writerIndex() - payloadAt);
        out.writeByte(Frame.END);
    }
}
