package io.millrace.broker.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.Queue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A channel whose queue is deleted: from its own pod, from the queue's owner, or from both, in either order. */
final class DeletedQueueTest {
    private static final QueueRef QUEUE = RecordingPort.queue("q");

    private final RecordingPort port = new RecordingPort();
    private final ChannelMachine channel = new ChannelMachine(port, new SessionId("pod-0", 1), () -> {});

    private void consume(QueueRef queue, String tag) {
        channel.on(new Basic.Consume(queue.queueName(), tag, false, false, false, false, FieldTable.EMPTY), null, null);
    }

    private void begin(QueueRef queue, String tag) {
        consume(queue, tag);
        channel.subscribed(queue, tag, true);
        port.log.clear();
    }

    @Test
    void itsConsumersAreCancelledOnce() {
        begin(QUEUE, "a");
        begin(RecordingPort.queue("other"), "b");

        channel.gone(QUEUE, true);
        channel.cancelled(QUEUE, "a", true);

        assertThat(port.log).containsExactly("Cancel");
        assertThat(channel.status().consumers()).extracting(ConsumerStatus::tag).containsExactly("b");
    }

    @Test
    void aConsumerThatItsOwnerHasCancelledIsNotCancelledAgain() {
        begin(QUEUE, "a");

        channel.cancelled(QUEUE, "a", true);
        channel.gone(QUEUE, true);

        assertThat(port.log).containsExactly("Cancel");
    }

    @Test
    void aConsumerThatHasTakenATagOverStays() {
        begin(QUEUE, "a");
        channel.cancelled(QUEUE, "a", true);
        begin(RecordingPort.queue("other"), "a");

        channel.gone(QUEUE, true);
        channel.cancelled(QUEUE, "a", true);

        assertThat(port.log).isEmpty();
        assertThat(channel.consumes()).isTrue();
    }

    @Test
    void aConsumerThatIsAboutToBeginDoesAndIsCancelled() {
        consume(QUEUE, "a");
        channel.on(new Basic.Qos(0, 1, false), null, null);

        channel.gone(QUEUE, true);
        channel.subscribed(QUEUE, "a", true);

        assertThat(port.log).containsExactlyInAnyOrder("ConsumeOk", "Cancel", "QosOk");
        assertThat(channel.consumes()).isFalse();
    }

    @Test
    void aConsumerThatWaitsForPublishesIsNotAskedForAfterIt() {
        var publishes = new ArrayList<Runnable>();
        port.publishes = publishes::add;
        port.subscribing = consumer -> port.log.add("subscribe");
        consume(QUEUE, "a");

        channel.gone(QUEUE, true);
        publishes.forEach(Runnable::run);

        assertThat(port.log).containsExactly("ConsumeOk", "Cancel");
    }

    @Test
    void whatWasAskedOfItIsAnsweredAsIfItWereEmpty() {
        channel.on(new Basic.Get("q", true), null, null);
        channel.gone(QUEUE, true);
        channel.on(new Queue.Purge("q", false), null, null);
        channel.gone(QUEUE, true);

        assertThat(port.log).containsExactly("get", "GetEmpty", "purge", "PurgeOk");
    }

    @Test
    void anAnswerThatComesTooLateIsNotThatOfTheNextQuestion() {
        channel.on(new Basic.Get("q", true), null, null);
        channel.gone(QUEUE, true);
        channel.on(new Basic.Get("other", true), null, null);

        channel.got(QUEUE, -1, null, false, 0);
        channel.purged(QUEUE, 0);
        assertThat(port.log).isEqualTo(List.of("get", "GetEmpty", "get"));

        channel.got(RecordingPort.queue("other"), -1, null, false, 0);
        assertThat(port.log).last().isEqualTo("GetEmpty");
    }
}
