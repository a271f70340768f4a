package io.millrace.broker.wire;

import io.millrace.broker.model.ConnectionError;
import io.netty.buffer.ByteBuf;

/**
 * Takes what a {@link FrameDecoder} finds, in order, on the event loop. It may call {@link FrameDecoder#stop}; what it
 * throws goes through the pipeline as any handler's exception, so it deals with its own {@code AmqpError}s.
 */
public interface FrameSink {
    /** The peer has begun with the header of AMQP 0-9-1. */
    void protocolHeader();

    /** The peer has begun with anything else: answer with {@link Frame#writeProtocolHeader} and close. Nothing follows. */
    void protocolMismatch();

    /**
     * A method, header or body frame.
     *
     * @param type {@link Frame#METHOD}, {@link Frame#HEADER} or {@link Frame#BODY}
     * @param channel 0 to 65535
     * @param payload lent for this call only: its readable bytes are the payload; whoever keeps a part of it takes a
     *     retained slice
     */
    void frame(int type, int channel, ByteBuf payload);

    /** A heartbeat frame. */
    void heartbeat();

    /** The stream of frames is broken: close the connection with this error. Nothing follows. */
    void broken(ConnectionError error);
}
