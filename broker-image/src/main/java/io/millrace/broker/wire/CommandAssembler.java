package io.millrace.broker.wire;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Puts the frames of one channel together to commands (AMQP 0-9-1 §4.2.6). Belongs to its connection's event loop. A
 * method or header that repeats the one before byte for byte is not decoded again: the same record comes back, so that a
 * publisher that stays on one routing key costs no garbage and can be recognised by identity.
 */
public final class CommandAssembler {
    /** No configuration allows larger bodies, as in RabbitMQ. */
    public static final long HARD_MAX_BODY_BYTES = 512L * 1024 * 1024;

    private static final int PUBLISH = 60 << 16 | 40;
    private static final int CHANNEL_CLOSE = 20 << 16 | 40;
    private static final int CHANNEL_CLOSE_OK = 20 << 16 | 41;
    private static final int METHOD_ID_BYTES = 4;
    private static final int HEADER_FIXED_BYTES = 12;

    private final int channel;
    private final long maxBodyBytes;
    private final Repeated<Method> lastPublish = new Repeated<>();
    private final Repeated<ContentHeader> lastHeader = new Repeated<>();
    private @Nullable Method method;
    private @Nullable ContentHeader header;
    private @Nullable BodyParts body;
    private boolean closing;

    /**
     * @param maxBodyBytes larger bodies are refused with a channel error as soon as they are announced
     */
    public CommandAssembler(int channel, long maxBodyBytes) {
        this.channel = channel;
        this.maxBodyBytes = maxBodyBytes;
    }

    /**
     * Takes the next frame.
     *
     * @param type as in {@link FrameSink#frame}
     * @param payload lent; the body of the returned command is a retained slice of it
     * @return the command this frame completes; null (and no Optional, this is once per frame) if more must follow
     * @throws ConnectionError for a frame out of order ({@code UNEXPECTED_FRAME}) or malformed ({@code FRAME_ERROR})
     * @throws ChannelError {@code PRECONDITION_FAILED} for a body larger than allowed; call {@link #closing} then
     */
    public @Nullable Command accept(int type, ByteBuf payload) {
        if (closing) {
            return acceptWhileClosing(type, payload);
        }
        if (payload.readableBytes() < fixedBytes(type)) {
            throw FrameDecoder.frameError(
                    type, payload, payload.readerIndex(), payload.readableBytes(), ": unknown_frame");
        }
        var awaited = method;
        if (awaited == null) {
            return acceptMethod(type, payload);
        }
        return header == null ? acceptHeader(awaited, type, payload) : acceptBody(awaited, type, payload);
    }

    /**
     * The channel is being closed: from now on only {@code channel.close} and {@code channel.close-ok} come out, and
     * everything else is thrown away unseen.
     */
    public void closing() {
        reset();
        closing = true;
    }

    /** Releases what has arrived of an unfinished body. */
    public void close() {
        closing();
    }

    private static int fixedBytes(int type) {
        return switch (type) {
            case Frame.METHOD -> METHOD_ID_BYTES;
            case Frame.HEADER -> HEADER_FIXED_BYTES;
            default -> 0;
        };
    }

    private @Nullable Command acceptWhileClosing(int type, ByteBuf payload) {
        if (type != Frame.METHOD || payload.readableBytes() < METHOD_ID_BYTES) {
            return null;
        }
        var id = payload.getInt(payload.readerIndex());
        return id == CHANNEL_CLOSE || id == CHANNEL_CLOSE_OK
                ? new Command(channel, Method.read(payload), null, null)
                : null;
    }

    private @Nullable Command acceptMethod(int type, ByteBuf payload) {
        if (type != Frame.METHOD) {
            throw unexpected("expected method frame, got non method frame instead", null);
        }
        var next = payload.getInt(payload.readerIndex()) == PUBLISH
                ? lastPublish.orDecode(payload, Method::read)
                : Method.read(payload);
        if (!next.hasContent()) {
            return new Command(channel, next, null, null);
        }
        method = next;
        return null;
    }

    private @Nullable Command acceptHeader(Method awaited, int type, ByteBuf payload) {
        var expected = "expected content header for class " + awaited.classId();
        if (type != Frame.HEADER) {
            throw unexpected(expected + ", got non content header frame instead", awaited);
        }
        var start = payload.readerIndex();
        var classId = payload.getUnsignedShort(start);
        if (classId != awaited.classId()) {
            throw unexpected(expected + ", got one for class " + classId + " instead", awaited);
        }
        if (payload.getUnsignedShort(start + 2) != 0) {
            throw unexpected(expected + ", got non content header frame instead", awaited);
        }
        var size = payload.getLong(start + 4);
        requireSize(size, awaited);
        var next = lastHeader.orDecode(payload, CommandAssembler::readHeader);
        if (size == 0) {
            reset();
            return new Command(channel, awaited, next, payload.alloc().buffer(0, 0));
        }
        header = next;
        body = new BodyParts(size);
        return null;
    }

    private void requireSize(long size, Method awaited) {
        if (size < 0 || size > HARD_MAX_BODY_BYTES) {
            throw new ConnectionError(
                    ReplyCode.FRAME_ERROR,
                    "content body size %s exceeds maximum allowed size %d"
                            .formatted(Long.toUnsignedString(size), HARD_MAX_BODY_BYTES),
                    awaited.classId(),
                    awaited.methodId());
        }
        if (size > maxBodyBytes) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    "message size %d is larger than configured max size %d".formatted(size, maxBodyBytes),
                    awaited.classId(),
                    awaited.methodId());
        }
    }

    private static ContentHeader readHeader(ByteBuf payload) {
        var size = payload.getLong(payload.readerIndex() + 4);
        payload.skipBytes(HEADER_FIXED_BYTES);
        if (payload.readableBytes() < 2) {
            throw new ConnectionError(ReplyCode.FRAME_ERROR, "a content header ends before its property flags");
        }
        var properties = new byte[payload.readableBytes()];
        payload.readBytes(properties);
        return new ContentHeader(size, properties);
    }

    private @Nullable Command acceptBody(Method awaited, int type, ByteBuf payload) {
        var parts = body;
        if (type != Frame.BODY || parts == null) {
            throw unexpected("expected content body, got non content body frame instead", awaited);
        }
        if (payload.readableBytes() > parts.missingBytes()) {
            throw new ConnectionError(
                    ReplyCode.FRAME_ERROR,
                    "content body frame exceeds remaining content size",
                    awaited.classId(),
                    awaited.methodId());
        }
        parts.add(payload);
        if (parts.missingBytes() > 0) {
            return null;
        }
        var command = new Command(channel, awaited, header, parts.take());
        reset();
        return command;
    }

    private void reset() {
        method = null;
        header = null;
        if (body != null) {
            body.release();
            body = null;
        }
    }

    private static ConnectionError unexpected(String text, @Nullable Method awaited) {
        return awaited == null
                ? new ConnectionError(ReplyCode.UNEXPECTED_FRAME, text)
                : new ConnectionError(ReplyCode.UNEXPECTED_FRAME, text, awaited.classId(), awaited.methodId());
    }
}
