package io.millrace.broker.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.wire.Basic;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the channel-wide prefetch holds back of a consumer that ends: its client takes a delivery under a tag that it does not know for an error of the broker's. */
final class ParkedDeliveriesTest {
    private static final QueueRef QUEUE = RecordingPort.queue("q");
    private static final Message MESSAGE = new Message("", "q", new byte[2], new byte[0], Message.NEVER, 0);

    private final RecordingPort port = new RecordingPort();
    private final ChannelMachine channel = new ChannelMachine(port, new SessionId("pod-0", 1), () -> {});

    /** The first message is with the consumer a, and those at the offsets 1 and 2 wait for room: one for b and one for a. */
    @BeforeEach
    void deliveriesWaitForRoom() {
        channel.on(new Basic.Qos(0, 1, true), null, null);
        begin("a");
        begin("b");
        deliver("a", 0);
        deliver("b", 1);
        deliver("a", 2);
        port.log.clear();
    }

    private void begin(String tag) {
        channel.on(new Basic.Consume("q", tag, false, false, false, false, FieldTable.EMPTY), null, null);
        channel.subscribed(QUEUE, tag, true);
    }

    private void deliver(String tag, long offset) {
        channel.deliver(QUEUE, tag, false, offset, MESSAGE, false);
    }

    private void cancel(String tag) {
        channel.on(new Basic.Cancel(tag, false), null, null);
    }

    private void ack(long deliveryTag) {
        channel.on(new Basic.Ack(deliveryTag, false), null, null);
    }

    @Test
    void thatOfACancelledConsumerGoesBackBeforeTheClientHearsOfItsEnd() {
        cancel("b");

        assertThat(port.log).containsExactly("cancel b", "REQUEUE [1]", "CancelOk");
    }

    @Test
    void thatOfACancelledConsumerIsNotSentWhenThereIsRoom() {
        cancel("b");
        port.log.clear();

        ack(1);
        ack(2);

        assertThat(port.log).containsExactly("ACK [0]", "Deliver", "ACK [2]");
    }

    @Test
    void whatACancelledConsumerHasIsStillItsClients() {
        cancel("a");
        port.log.clear();

        ack(1);

        assertThat(port.log).containsExactly("ACK [0]", "Deliver");
    }

    @Test
    void thatOfAQueueThatIsGoneIsNotSent() {
        channel.gone(QUEUE, true);
        port.log.clear();

        ack(1);

        assertThat(port.log).containsExactly("ACK [0]");
    }

    @Test
    void itIsNotSentToAnotherConsumerUnderTheTag() {
        cancel("b");
        begin("b");
        port.log.clear();

        ack(1);
        ack(2);

        assertThat(port.log).doesNotContain("ACK [1]");
    }
}
