package io.millrace.broker.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.wire.Basic;
import org.junit.jupiter.api.Test;

/** Deliveries that wait too long for their acknowledgement; looks come every so often, and an age counts from the first look after the delivery. */
class ConsumerTimeoutTest {
    private static final long TIMEOUT_MS = RecordingPort.CONSUMER_TIMEOUT_MS;
    private static final int NUMBER = 7;

    private final RecordingPort port = new RecordingPort();
    private final QueueRef queue = RecordingPort.queue("q");
    private final ChannelMachine channel = new ChannelMachine(port, new SessionId("pod-0", 1), () -> {});

    @Test
    void aDeliveryThatWaitsTooLongEndsTheChannelInRabbitMqsWords() {
        consume(FieldTable.EMPTY);
        deliver();
        look(0);
        look(TIMEOUT_MS);

        assertThatThrownBy(() -> look(TIMEOUT_MS + 1))
                .isInstanceOf(ChannelError.class)
                .hasMessage(
                        "PRECONDITION_FAILED - delivery acknowledgement on channel 7 timed out. Timeout value used: 1000 ms. "
                                + "This timeout value can be configured, see consumers doc guide to learn more");
    }

    @Test
    void whatCameSinceCountsFromThen() {
        consume(FieldTable.EMPTY);
        deliver();
        look(0);
        deliver();
        acknowledge(1);
        look(TIMEOUT_MS);

        look(2 * TIMEOUT_MS);

        assertThatThrownBy(() -> look(2 * TIMEOUT_MS + 1)).isInstanceOf(ChannelError.class);
    }

    @Test
    void anAcknowledgedDeliveryIsNotWaitedFor() {
        consume(FieldTable.EMPTY);
        deliver();
        look(0);
        acknowledge(1);

        look(10 * TIMEOUT_MS);

        assertThat(port.log).doesNotContain("session closed");
    }

    @Test
    void aConsumerMayAskForATimeoutOfItsOwn() {
        consume(timeout(new FieldValue.Int32(5_000)));
        deliver();
        look(0);
        look(5_000);

        assertThatThrownBy(() -> look(5_001)).hasMessageContaining("Timeout value used: 5000 ms");
    }

    @Test
    void aTimeoutThatIsNoNumberOrNegativeIsRefused() {
        assertThatThrownBy(() -> consume(timeout(LongString.of("1h"))))
                .hasMessage("PRECONDITION_FAILED - invalid arg 'x-consumer-timeout' for queue 'q' in vhost '/': "
                        + "\"expected integer, got longstr\"");
        assertThatThrownBy(() -> ConsumerArguments.timeoutMs(timeout(new FieldValue.Int32(-1)), queue))
                .hasMessageContaining("{value_negative,-1}");
    }

    private static FieldTable timeout(FieldValue value) {
        return FieldTable.of("x-consumer-timeout", value);
    }

    private void consume(FieldTable arguments) {
        channel.on(new Basic.Consume("q", "c", false, false, false, false, arguments), null, null);
        channel.subscribed(queue, "c", true);
    }

    private void deliver() {
        channel.deliver(queue, "c", false, 0, new Message("", "q", new byte[2], new byte[0], Message.NEVER, 0), false);
    }

    private void acknowledge(long tag) {
        channel.on(new Basic.Ack(tag, false), null, null);
    }

    private void look(long nowMs) {
        channel.requireAcknowledged(NUMBER, nowMs);
    }
}
