package io.millrace.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.LongString;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class FramingPropertiesTest {
    private static final int FRAME_MAX_BYTES = 4096;

    /** Bytes on the wire and the command they stand for. */
    record Sent(LongString stream, String command) {
        byte[] bytes() {
            return stream.bytes();
        }
    }

    @Provide
    Arbitrary<Sent> commands() {
        var bodies = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
        var largeBodies = Arbitraries.integers()
                .between(FRAME_MAX_BYTES - 20, (int) RecordingSink.MAX_BODY_BYTES)
                .map(byte[]::new);
        return Combinators.combine(
                        Anything.method(),
                        Anything.properties(),
                        Arbitraries.frequencyOf(Tuple.of(9, bodies), Tuple.of(1, largeBodies)))
                .as((method, properties, body) -> sent(method, properties.encode(), body));
    }

    private static Sent sent(Method method, byte[] properties, byte[] body) {
        var out = Unpooled.buffer();
        if (!method.hasContent()) {
            FrameEncoder.method(out, 1, method);
            return new Sent(LongString.of(ByteBufUtil.getBytes(out)), method.toString());
        }
        var content = Unpooled.wrappedBuffer(body);
        FrameEncoder.content(out, 1, method, properties, content, FRAME_MAX_BYTES);
        return new Sent(LongString.of(ByteBufUtil.getBytes(out)), RecordingSink.describe(method, properties, content));
    }

    @Property(tries = 100)
    void aCommandCutAtAnyByteIsTheSameCommand(@ForAll("commands") Sent sent) {
        var bytes = sent.bytes();
        var step = Math.max(1, bytes.length / 500); // a body of kilobytes is not cut inside at every byte
        for (var cut = 0; cut <= bytes.length; cut += step) {
            var wire = Wire.afterProtocolHeader();

            wire.feed(bytes, 0, cut).feed(bytes, cut, bytes.length);

            assertThat(wire.sink.seen).containsExactly(sent.command());
            assertThat(wire.leakedBytesAtEnd()).isZero();
        }
    }

    @Property(tries = 100)
    void aConnectionLostInsideACommandLeaksNothing(@ForAll("commands") Sent sent, @ForAll int position) {
        var bytes = sent.bytes();
        var wire = Wire.afterProtocolHeader();

        wire.feed(bytes, 0, Math.floorMod(position, bytes.length));

        assertThat(wire.leakedBytesAtEnd()).isZero();
    }

    @Property(tries = 100)
    void commandsInOneStreamComeOutInOrderInPiecesOfAnySize(
            @ForAll("commands") Sent one, @ForAll("commands") Sent two, @ForAll("pieces") int pieceBytes) {
        var stream = new ArrayList<byte[]>();
        for (var sent : List.of(one, two, one, one)) {
            stream.add(sent.bytes());
        }
        var bytes = ByteBufUtil.getBytes(Unpooled.wrappedBuffer(stream.toArray(byte[][]::new)));
        var wire = Wire.afterProtocolHeader();

        for (var at = 0; at < bytes.length; at += pieceBytes) {
            wire.feed(bytes, at, Math.min(at + pieceBytes, bytes.length));
        }

        assertThat(wire.sink.seen).containsExactly(one.command(), two.command(), one.command(), one.command());
        assertThat(wire.leakedBytesAtEnd()).isZero();
    }

    @Provide
    Arbitrary<Integer> pieces() {
        return Arbitraries.integers().between(1, 300);
    }

    @Property(tries = 3000)
    void aDamagedStreamBringsCommandsOrAnErrorAndNoLeak(
            @ForAll("commands") Sent sent, @ForAll int position, @ForAll byte damage) {
        var bytes = sent.bytes();
        bytes[Math.floorMod(position, bytes.length)] ^= damage;
        var wire = Wire.afterProtocolHeader();

        wire.feed(bytes);

        assertThat(wire.leakedBytesAtEnd()).isZero();
    }

    @Property(tries = 2000)
    void garbageBringsNoExceptionAndNoLeak(@ForAll byte[] garbage) {
        var wire = Wire.afterProtocolHeader();

        wire.feed(garbage);

        assertThat(wire.leakedBytesAtEnd()).isZero();
    }
}
