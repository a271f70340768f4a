package io.millrace.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.ReplyCode;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message of the protocol, cut and damaged at every single byte: no luck of a random draw is needed. */
class EveryByteTest {
    private static final int METHODS = 66;
    private static final int PROPERTIES = 14;

    static Stream<Specimen> messages() {
        return Specimen.all();
    }

    @Test
    void thereIsASpecimenOfEveryMethodAndOfEveryProperty() {
        assertThat(messages()).hasSize(METHODS + PROPERTIES + 1);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageCutAtAnyByteIsNothingBeforeAndTheMessageAfter(Specimen message) {
        var bytes = message.bytes();
        for (var cut = 0; cut < bytes.length; cut++) {
            var wire = Wire.afterProtocolHeader();

            wire.feed(bytes, 0, cut);
            assertThat(wire.sink.seen).as("after %d bytes", cut).isEmpty();
            wire.feed(bytes, cut, bytes.length);

            assertThat(wire.sink.error).isNull();
            assertThat(wire.sink.seen).as("cut at %d", cut).containsExactly(message.command());
            assertThat(wire.leakedBytesAtEnd()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageThatComesByteByByteIsThereWithItsLastByteOnly(Specimen message) {
        var bytes = message.bytes();
        var wire = Wire.afterProtocolHeader();

        for (var at = 0; at < bytes.length; at++) {
            assertThat(wire.sink.seen).as("after %d bytes", at).isEmpty();
            wire.feed(bytes, at, at + 1);
        }

        assertThat(wire.sink.seen).containsExactly(message.command());
        assertThat(wire.leakedBytesAtEnd()).isZero();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aConnectionLostAtAnyByteOfAMessageDeliversNothingAndLeaksNothing(Specimen message) {
        var bytes = message.bytes();
        for (var cut = 0; cut < bytes.length; cut++) {
            var wire = Wire.afterProtocolHeader();

            wire.feed(bytes, 0, cut);

            assertThat(wire.sink.seen).as("after %d bytes", cut).isEmpty();
            assertThat(wire.leakedBytesAtEnd()).as("after %d bytes", cut).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aFrameLengthWrongByOneIsAFrameErrorWhicheverFrameItIs(Specimen message) {
        for (var at = 0; at < message.frames().size(); at++) {
            for (var by : List.of(-1, 1)) {
                var frames = new ArrayList<>(message.frames());
                frames.set(at, lengthChanged(frames.get(at), by));
                var wire = Wire.afterProtocolHeader();

                frames.forEach(wire::feed);
                wire.feed(heartbeat());

                assertThat(Objects.requireNonNull(wire.sink.error).replyCode())
                        .as("frame %d by %d", at, by)
                        .isEqualTo(ReplyCode.FRAME_ERROR);
                assertThat(wire.sink.seen).isEmpty();
                assertThat(wire.leakedBytesAtEnd()).isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aFrameOfAMessageLeftOutOrTwiceBringsAnErrorAndNeverThatMessage(Specimen message) {
        for (var at = 0; at < message.frames().size(); at++) {
            var without = new ArrayList<>(message.frames());
            var frame = without.remove(at);
            var twice = new ArrayList<>(message.frames());
            twice.add(at, frame);
            if (message.frames().size() > 1) {
                assertThat(seenOf(without)).doesNotContain(message.command());
                assertThat(seenOf(twice).stream().filter(message.command()::equals))
                        .as("frame %d twice", at)
                        .hasSizeLessThan(2);
            }
        }
    }

    private static List<String> seenOf(List<byte[]> frames) {
        var wire = Wire.afterProtocolHeader();
        frames.forEach(wire::feed);
        assertThat(wire.leakedBytesAtEnd()).isZero();
        return wire.sink.seen;
    }

    @ParameterizedTest
    @MethodSource("messages")
    void anySingleBitTurnedOverBringsNoExceptionNoSecondMessageAndNoLeak(Specimen message) {
        var bytes = message.bytes();
        for (var bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            var damaged = bytes.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            var wire = Wire.afterProtocolHeader();

            wire.feed(damaged);

            assertThat(wire.sink.seen).as("bit %d", bit).hasSizeLessThan(2);
            assertThat(wire.leakedBytesAtEnd()).as("bit %d", bit).isZero();
        }
    }

    private static byte[] lengthChanged(byte[] frame, int by) {
        var buffer = Unpooled.wrappedBuffer(frame.clone());
        var at = Frame.PREFIX_BYTES - Integer.BYTES;
        buffer.setInt(at, buffer.getInt(at) + by);
        return ByteBufUtil.getBytes(buffer);
    }

    private static byte[] heartbeat() {
        var out = Unpooled.buffer();
        FrameEncoder.heartbeat(out);
        return ByteBufUtil.getBytes(out);
    }
}
