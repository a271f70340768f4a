package io.millrace.broker.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.queue.StreamOffset;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Consumers of streams as a channel takes and refuses them. */
class StreamConsumerTest {
    private static final String STREAM = "stream";

    private final RecordingPort port = new RecordingPort();
    private final ChannelMachine channel = new ChannelMachine(port, new SessionId("pod-0", 1), () -> {});

    static Stream<Arguments> offsets() {
        return Stream.of(
                Arguments.of(FieldTable.EMPTY, new StreamOffset.Next()),
                Arguments.of(offset(LongString.of("first")), new StreamOffset.First()),
                Arguments.of(offset(LongString.of("last")), new StreamOffset.Last()),
                Arguments.of(offset(LongString.of("next")), new StreamOffset.Next()),
                Arguments.of(offset(LongString.of("2h")), new StreamOffset.Ago(7_200_000)),
                Arguments.of(offset(new FieldValue.Int64(5)), new StreamOffset.At(5)),
                Arguments.of(offset(new FieldValue.Timestamp(7)), new StreamOffset.Since(7_000)));
    }

    @ParameterizedTest
    @MethodSource("offsets")
    void theOffsetIsRead(FieldTable arguments, StreamOffset offset) {
        prefetch(false);
        consume(false, arguments);

        assertThat(port.log).contains("read " + offset);
    }

    @Test
    void whatIsNoOffsetIsRefused() {
        assertThatThrownBy(() -> consume(false, offset(LongString.of("soon"))))
                .hasMessage("PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue 'stream' in vhost '/': "
                        + "{invalid_stream_offset_arg,{longstr,<<\"soon\">>}}");
    }

    @Test
    void aConsumerNeedsAPrefetch() {
        assertThatThrownBy(() -> consume(true, FieldTable.EMPTY))
                .hasMessage(
                        "PRECONDITION_FAILED - consumer prefetch count is not set for stream queue 'stream' in vhost '/'");
    }

    @Test
    void aConsumerHasToAcknowledge() {
        prefetch(false);

        assertThatThrownBy(() -> consume(true, FieldTable.EMPTY))
                .hasMessage(
                        "NOT_IMPLEMENTED - automatic acknowledgement not supported by stream queue 'stream' in vhost '/'");
    }

    @Test
    void thePrefetchIsTheConsumersAndNotTheChannels() {
        prefetch(false);
        prefetch(true);

        assertThatThrownBy(() -> consume(false, FieldTable.EMPTY))
                .hasMessage("NOT_IMPLEMENTED - queue 'stream' in vhost '/' does not support global qos");
    }

    @Test
    void nothingIsTakenFromAStream() {
        assertThatThrownBy(() -> channel.on(new Basic.Get(STREAM, true), null, null))
                .hasMessage("NOT_IMPLEMENTED - basic.get not supported by stream queues queue 'stream' in vhost '/'");
        assertThatThrownBy(() -> channel.on(new Queue.Purge(STREAM, false), null, null))
                .hasMessage("NOT_IMPLEMENTED - queue.purge not supported by stream queues queue 'stream' in vhost '/'");
    }

    private static FieldTable offset(FieldValue value) {
        return FieldTable.of("x-stream-offset", value);
    }

    private void prefetch(boolean global) {
        channel.on(new Basic.Qos(0, 10, global), null, null);
    }

    private void consume(boolean noAck, FieldTable arguments) {
        channel.on(new Basic.Consume(STREAM, "c", false, noAck, false, false, arguments), null, null);
    }
}
