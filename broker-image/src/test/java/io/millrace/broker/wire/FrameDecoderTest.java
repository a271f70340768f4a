package io.millrace.broker.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.ReplyCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private final Wire wire = Wire.afterProtocolHeader();

    @AfterEach
    void nothingLeaks() {
        assertThat(wire.leakedBytesAtEnd()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET / HTTP/1.1\r\n", "AMQP\0\1\0\0", "AMQP\0\0\11\0", "amqp\0\0\11\1", "\26\3\1\0\0\1\0\0"})
    void anotherProtocolIsAMismatchAndTheRestIsIgnored(String opening) {
        try (var fresh = new Wire()) {
            fresh.feed(opening.getBytes(US_ASCII)).feed(heartbeat());

            assertThat(fresh.sink.seen).containsExactly("protocol mismatch");
        }
    }

    @Test
    void theProtocolHeaderMayComeByteByByte() {
        try (var fresh = new Wire()) {
            var header = "AMQP\0\0\11\1".getBytes(US_ASCII);
            for (var at = 0; at < header.length; at++) {
                assertThat(fresh.sink.seen).isEmpty();
                fresh.feed(header, at, at + 1);
            }
            assertThat(fresh.sink.seen).containsExactly("protocol header");
        }
    }

    @Test
    void aHeartbeatIsAnEvent() {
        wire.feed(heartbeat()).feed(heartbeat());

        assertThat(wire.sink.seen).containsExactly("heartbeat", "heartbeat");
    }

    @ParameterizedTest
    @CsvSource({
        "4, 0, 0, 'type 4, all octets = <<>>: unknown_frame'",
        "0, 1, 2, 'type 0, all octets = <<0,0>>: unknown_frame'",
        "8, 0, 17, 'type 8, first 16 octets = <<0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0>>: unknown_frame'",
        "1, 1, 3, 'type 1, all octets = <<0,0,0>>: unknown_frame'",
    })
    void aFrameOfUnknownShapeIsAFrameError(int type, int channel, int length, String text) {
        wire.feed(frame(type, channel, new byte[length], Frame.END));

        assertError(ReplyCode.FRAME_ERROR, text);
    }

    @Test
    void aHeartbeatOnAChannelIsUnexpected() {
        wire.feed(frame(Frame.HEARTBEAT, 1, new byte[0], Frame.END));

        assertError(ReplyCode.UNEXPECTED_FRAME, "type 8, all octets = <<>>");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0xCD, 0xCF, 0xFF})
    void aWrongEndOctetIsAFrameError(int end) {
        wire.feed(frame(Frame.METHOD, 1, new byte[] {1, 2}, end)).feed(heartbeat());

        assertError(ReplyCode.FRAME_ERROR, "type 1, all octets = <<1,2>>: {invalid_frame_end_marker," + end + "}");
        assertThat(wire.sink.seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void aLengthWrongByOneIsAFrameError(int by) {
        var bytes = frame(Frame.METHOD, 1, Oracle.encoded(new Channel.Flow(true)), Frame.END);
        bytes[6] += (byte) by;

        wire.feed(bytes).feed(heartbeat());

        assertThat(Objects.requireNonNull(wire.sink.error).replyCode()).isEqualTo(ReplyCode.FRAME_ERROR);
    }

    @Test
    void aFrameLargerThanFrameMaxIsRefusedBeforeItsPayloadComes() {
        wire.decoder.frameMax(4096);
        var bytes = frame(Frame.BODY, 1, new byte[4097], Frame.END);

        wire.feed(bytes, 0, Frame.PREFIX_BYTES);

        assertError(ReplyCode.FRAME_ERROR, "type 3, all octets = <<>>: {frame_too_large,4097,4088}");
    }

    @Test
    void aClientThatForgetsTheEightBytesOfAFrameIsForgiven() {
        wire.decoder.frameMax(4096);

        wire.feed(frame(Frame.METHOD, 1, paddedPublish(), Frame.END)).feed(heartbeat());

        assertThat(wire.sink.seen).containsExactly("heartbeat");
    }

    private static byte[] paddedPublish() {
        return new byte[4096];
    }

    @Test
    void nothingComesOutOnceStopped() {
        wire.decoder.stop();

        wire.feed(heartbeat());

        assertThat(wire.sink.seen).isEmpty();
    }

    private void assertError(ReplyCode code, String explanation) {
        var error = Objects.requireNonNull(wire.sink.error);
        assertThat(error.replyCode()).isEqualTo(code);
        assertThat(error.explanation()).isEqualTo(explanation);
    }

    private static byte[] heartbeat() {
        ByteBuf out = Unpooled.buffer();
        FrameEncoder.heartbeat(out);
        return ByteBufUtil.getBytes(out);
    }

    private static byte[] frame(int type, int channel, byte[] payload, int end) {
        var out = Unpooled.buffer();
        out.writeByte(type).writeShort(channel).writeInt(payload.length).writeBytes(payload);
        return ByteBufUtil.getBytes(out.writeByte(end));
    }
}
