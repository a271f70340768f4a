package io.millrace.broker.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.wire.Basic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A channel whose queue has a new owner while it waits for the answer of the former one, or has not asked yet. */
final class NewOwnerTest {
    private final RecordingPort port = new RecordingPort();
    private final ChannelMachine channel = new ChannelMachine(port, new SessionId("pod-0", 1), () -> {});

    private final List<Runnable> untilPublished = new ArrayList<>();

    private void consume(String tag) {
        channel.on(new Basic.Consume("q", tag, false, false, false, false, FieldTable.EMPTY), null, null);
    }

    /** An owner on this pod answers before the next consumer is asked about. */
    private void answersAtOnce() {
        port.subscribing = consumer -> {
            port.log.add("subscribe " + consumer.consumerTag());
            channel.subscribed(RecordingPort.queue("q"), consumer.consumerTag(), true);
        };
    }

    @Test
    void whatWaitedBehindTheConsumerMayBeginAndEndConsumersMeanwhile() {
        consume("a");
        channel.subscribed(RecordingPort.queue("q"), "a", true);
        consume("b");
        channel.on(new Basic.Cancel("a", true), null, null);
        consume("c");
        port.log.clear();
        answersAtOnce();

        assertThatCode(() -> channel.reattach(RecordingPort.queue("q"))).doesNotThrowAnyException();

        assertThat(channel.status().consumers()).extracting(ConsumerStatus::tag).containsExactly("b", "c");
    }

    /** Publishes to the queue are on their way until {@link #publishesArrive}. */
    private void publishesAreUnderWay() {
        port.publishes = untilPublished::add;
    }

    private void publishesArrive() {
        List.copyOf(untilPublished).forEach(Runnable::run);
    }

    @Test
    void aQuestionThatWaitsForPublishesIsAskedOnce() {
        publishesAreUnderWay();
        channel.on(new Basic.Get("q", true), null, null);

        channel.reattach(RecordingPort.queue("q"));
        publishesArrive();

        assertThat(port.log).containsExactly("get");
    }

    @Test
    void aQuestionThatWasAskedIsAskedAgain() {
        channel.on(new Basic.Get("q", true), null, null);

        channel.reattach(RecordingPort.queue("q"));

        assertThat(port.log).containsExactly("get", "get");
    }

    @Test
    void aConsumerThatWaitsForPublishesDoesNotBeginAfterItsEnd() {
        answersAtOnce();
        publishesAreUnderWay();
        consume("a");
        channel.on(new Basic.Cancel("a", false), null, null);

        channel.reattach(RecordingPort.queue("q"));
        publishesArrive();

        assertThat(port.log).containsExactly("subscribe a", "ConsumeOk", "cancel a", "CancelOk");
    }
}
