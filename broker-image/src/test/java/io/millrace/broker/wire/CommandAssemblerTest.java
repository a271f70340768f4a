package io.millrace.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ReplyCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandAssemblerTest {
    private static final Basic.Publish PUBLISH = new Basic.Publish("", "key", false, false);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final CommandAssembler assembler = new CommandAssembler(7, 10_000);

    @AfterEach
    void nothingLeaks() {
        assembler.close();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void aMethodWithoutContentIsACommand() {
        var command = method(new Channel.Flow(true));

        assertThat(command).isEqualTo(new Command(7, new Channel.Flow(true), null, null));
    }

    @Test
    void anEmptyBodyNeedsNoBodyFrame() {
        method(PUBLISH);
        var command = Objects.requireNonNull(header(60, 0, 0));

        assertThat(command.body()).isEqualTo(Unpooled.EMPTY_BUFFER);
        assertThat(Objects.requireNonNull(command.header()).propertyBytes()).isEqualTo(ContentHeader.noProperties());
        command.release();
    }

    @Test
    void aBodyInOneFrameIsASliceAndInLargeFramesAComposite() {
        method(PUBLISH);
        header(60, 0, 5);
        var single = body(5);
        method(PUBLISH);
        header(60, 0, 4093);
        body(4088);
        var several = body(5);

        assertThat(single.hasArray()).isTrue();
        assertThat(several).isInstanceOf(CompositeByteBuf.class);
        assertThat(several.readableBytes()).isEqualTo(4093);
        single.release();
        several.release();
    }

    @Test
    void aBodyInTinyFramesIsCopiedTogether() {
        method(PUBLISH);
        header(60, 0, 5000);
        body(4088);
        for (var frame = 0; frame < 911; frame++) {
            body(1);
        }
        var whole = body(1);

        assertThat(whole).isNotInstanceOf(CompositeByteBuf.class);
        assertThat(whole.readableBytes()).isEqualTo(5000);
        whole.release();
    }

    @Test
    void aBodyThatNeverEndsIsReleased() {
        method(PUBLISH);
        header(60, 0, 10_000);
        body(4088);
        body(4088);

        assembler.close();

        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void aPublishThatRepeatsIsTheSameObject() {
        method(PUBLISH);
        var first = Objects.requireNonNull(header(60, 0, 0));
        method(PUBLISH);
        var second = Objects.requireNonNull(header(60, 0, 0));
        method(new Basic.Publish("", "other", false, false));
        var third = Objects.requireNonNull(header(60, 0, 0));

        assertThat(second.method()).isSameAs(first.method());
        assertThat(second.header()).isSameAs(first.header());
        assertThat(third.method()).isEqualTo(new Basic.Publish("", "other", false, false));
        first.release();
        second.release();
        third.release();
    }

    @Test
    void framesOutOfOrderAreUnexpected() {
        assertError(
                () -> header(60, 0, 5),
                ReplyCode.UNEXPECTED_FRAME,
                "expected method frame, got non method frame instead");
        method(PUBLISH);
        assertError(
                () -> method(PUBLISH),
                ReplyCode.UNEXPECTED_FRAME,
                "expected content header for class 60, got non content header frame instead");
        assertError(
                () -> header(50, 0, 5),
                ReplyCode.UNEXPECTED_FRAME,
                "expected content header for class 60, got one for class 50 instead");
        assertError(
                () -> header(60, 1, 5),
                ReplyCode.UNEXPECTED_FRAME,
                "expected content header for class 60, got non content header frame instead");
        header(60, 0, 5);
        assertError(
                () -> header(60, 0, 5),
                ReplyCode.UNEXPECTED_FRAME,
                "expected content body, got non content body frame instead");
    }

    @Test
    void aBodyFrameLargerThanWhatIsMissingIsAFrameError() {
        method(PUBLISH);
        header(60, 0, 5);

        assertError(() -> body(6), ReplyCode.FRAME_ERROR, "content body frame exceeds remaining content size");
    }

    @Test
    void aBodyLargerThanAnyBrokerTakesIsAFrameError() {
        method(PUBLISH);

        assertError(
                () -> header(60, 0, -1),
                ReplyCode.FRAME_ERROR,
                "content body size 18446744073709551615 exceeds maximum allowed size 536870912");
    }

    @Test
    void aBodyLargerThanConfiguredClosesTheChannelAndIsThrownAway() {
        method(PUBLISH);
        assertThatThrownBy(() -> header(60, 0, 10_001)).isInstanceOfSatisfying(ChannelError.class, error -> assertThat(
                        error.text())
                .isEqualTo("PRECONDITION_FAILED - message size 10001 is larger than configured max size 10000"));

        assembler.closing();

        assertThat(accept(Frame.BODY, new byte[10_001])).isNull();
        assertThat(method(PUBLISH)).isNull();
        assertThat(Objects.requireNonNull(method(new Channel.CloseOk())).method())
                .isEqualTo(new Channel.CloseOk());
    }

    private static void assertError(ThrowingCallable call, ReplyCode code, String explanation) {
        assertThatThrownBy(call).isInstanceOfSatisfying(AmqpError.class, error -> {
            assertThat(error.replyCode()).isEqualTo(code);
            assertThat(error.explanation()).isEqualTo(explanation);
        });
    }

    private @Nullable Command method(Method method) {
        return accept(Frame.METHOD, Oracle.encoded(method));
    }

    private @Nullable Command header(int classId, int weight, long size) {
        var payload = Unpooled.buffer(14, 14);
        payload.writeShort(classId).writeShort(weight).writeLong(size).writeShort(0);
        return accept(Frame.HEADER, payload.array());
    }

    private ByteBuf body(int length) {
        var command = accept(Frame.BODY, new byte[length]);
        return command == null ? Unpooled.EMPTY_BUFFER : Objects.requireNonNull(command.body());
    }

    private @Nullable Command accept(int type, byte[] payload) {
        var buffer = allocator.heapBuffer().writeBytes(payload);
        try {
            return assembler.accept(type, buffer);
        } finally {
            buffer.release();
        }
    }
}
