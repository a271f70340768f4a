package io.millrace.broker.wire;

import io.netty.buffer.ByteBuf;

/** Constants of frames (AMQP 0-9-1 §2.3.5, §4.2.3): type, channel, length, payload, end octet. */
public final class Frame {
    /** A method. */
    public static final int METHOD = 1;

    /** A content header. */
    public static final int HEADER = 2;

    /** A part of a content body. */
    public static final int BODY = 3;

    /** A sign of life, on channel 0, without payload. */
    public static final int HEARTBEAT = 8;

    /** The octet behind every payload. */
    public static final int END = 0xCE;

    /** Bytes in front of the payload: type, channel, length. */
    public static final int PREFIX_BYTES = 7;

    /** Bytes of a frame without payload. */
    public static final int EMPTY_BYTES = 8;

    /** The smallest frame-max a peer may ask for (§1.2, frame-min-size). */
    public static final int MIN_MAX_BYTES = 4096;

    private static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

    private Frame() {}

    /** Appends the protocol header: what a client begins with, and how a server refuses another protocol (§4.2.2). */
    public static void writeProtocolHeader(ByteBuf out) {
        out.writeBytes(PROTOCOL_HEADER);
    }

    static int protocolHeaderBytes() {
        return PROTOCOL_HEADER.length;
    }

    static boolean readProtocolHeader(ByteBuf in) {
        var same = true;
        for (var expected : PROTOCOL_HEADER) {
            same &= in.readByte() == expected;
        }
        return same;
    }
}
