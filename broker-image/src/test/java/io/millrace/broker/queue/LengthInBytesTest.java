package io.millrace.broker.queue;

import static io.millrace.broker.queue.QueueScene.ALICE;
import static io.millrace.broker.queue.QueueScene.delivered;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Arrival;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Queues whose length is limited in bytes of bodies. */
class LengthInBytesTest {
    private static final QueueLimits TWO_IN_MEMORY = new QueueLimits(2, 1 << 20, 100, 1 << 20, 0);

    private final QueueScene scene = new QueueScene();

    private static Message message(int bodyBytes) {
        return new Message("", "q", new byte[2], new byte[bodyBytes], Message.NEVER, 0);
    }

    private static QueueMachine queue(Overflow overflow, long maxBytes, QueueLimits limits, long logEnd) {
        var rules = QueueRules.plain(true)
                .withDeadLetters()
                .withMaxLengthBytes(maxBytes)
                .withOverflow(overflow);
        var recovered = new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 1_000, logEnd);
        return new QueueMachine(rules, limits, List.of(recovered), 0);
    }

    private List<QueueEffect> append(QueueMachine queue, long offset, int bodyBytes) {
        return queue.on(new QueueCommand.Appended(offset, message(bodyBytes)), scene.now);
    }

    private List<QueueEffect> fetch(QueueMachine queue, long from, int... bodyBytes) {
        var arrivals = new ArrayList<Arrival>();
        for (int i = 0; i < bodyBytes.length; i++) {
            arrivals.add(new Arrival(from + i, message(bodyBytes[i])));
        }
        return queue.on(new QueueCommand.Fetched(from, arrivals, from + bodyBytes.length), scene.now);
    }

    private static List<Long> dropped(List<QueueEffect> effects) {
        return effects.stream()
                .filter(QueueEffect.DeadLetter.class::isInstance)
                .map(effect -> ((QueueEffect.DeadLetter) effect).place())
                .toList();
    }

    @Test
    void theHeadGoesUntilTheRestFits() {
        var queue = queue(Overflow.DROP_HEAD, 10, QueueLimits.STANDARD, 0);
        append(queue, 0, 4);
        append(queue, 1, 6);

        assertThat(dropped(append(queue, 2, 5))).containsExactly(0L, 1L);
    }

    @Test
    void aMessageLongerThanTheQueueGoesItself() {
        var queue = queue(Overflow.DROP_HEAD, 10, QueueLimits.STANDARD, 0);

        assertThat(dropped(append(queue, 0, 11))).containsExactly(0L);
    }

    @Test
    void bodiesThatLieInTheLogOnlyCount() {
        var queue = queue(Overflow.DROP_HEAD, 10, TWO_IN_MEMORY, 0);
        append(queue, 0, 3);
        append(queue, 1, 3);
        append(queue, 2, 4);

        assertThat(dropped(append(queue, 3, 1))).containsExactly(0L);
        assertThat(queue.ready()).isEqualTo(3);
    }

    @Test
    void whatWouldNotFitIsRefused() {
        var queue = queue(Overflow.REJECT_PUBLISH, 10, QueueLimits.STANDARD, 0);
        append(queue, 0, 4);

        assertThat(queue.admits(message(6))).isTrue();
        assertThat(queue.admits(message(1))).as("6 are on their way").isFalse();
        queue.gate().ended(message(6));
        assertThat(queue.admits(message(7))).isFalse();
        assertThat(queue.admits(message(1))).isTrue();
    }

    @Test
    void aNewOwnerMeasuresTheBacklogOnceAndReadsOnWhereItsWindowEnds() {
        var queue = queue(Overflow.REJECT_PUBLISH, 10, TWO_IN_MEMORY, 4);
        assertThat(queue.isMeasured()).isFalse();
        assertThat(queue.on(new QueueCommand.Tick(), scene.now)).contains(new QueueEffect.StartFetch(0));

        var effects = fetch(queue, 0, 1, 2, 3, 3);

        assertThat(queue.isMeasured()).isTrue();
        assertThat(effects).contains(new QueueEffect.StopFetch(0)).doesNotContain(new QueueEffect.StartFetch(2));
        assertThat(queue.ready()).isEqualTo(4);
        assertThat(queue.admits(message(2))).as("9 bytes lie here").isFalse();
        assertThat(queue.admits(message(1))).isTrue();

        queue.gate().ended(message(1));
        assertThat(scene.subscribe(queue, ALICE, 2)).contains(new QueueEffect.StartFetch(2));
        assertThat(queue.admits(message(5))).as("3 bytes are unacknowledged").isFalse();
        assertThat(queue.admits(message(4))).isTrue();
    }

    @Test
    void whatComesLateOfTheMeasuringIsReadAgain() {
        var queue = queue(Overflow.REJECT_PUBLISH, 100, TWO_IN_MEMORY, 4);
        fetch(queue, 0, 1, 1, 1, 1);

        fetch(queue, 4, 1);

        assertThat(queue.ready()).as("nothing was skipped").isEqualTo(4);
        scene.subscribe(queue, ALICE, 10);
        assertThat(delivered(fetch(queue, 2, 1, 1, 1))).containsExactly(2L, 3L, 4L);
    }

    @Test
    void whatComesLateOfTheMeasuringToAnOwnerThatLeavesIsNotSettled() {
        var queue = queue(Overflow.REJECT_PUBLISH, 100, TWO_IN_MEMORY, 4);
        queue.on(new QueueCommand.Leaving(), scene.now);

        fetch(queue, 0, 1, 1, 1, 1);
        fetch(queue, 4, 1);

        assertThat(queue.levels().getFirst().ledger().settledBetween(0, 5)).isZero();
    }

    @Test
    void whatStrangersWriteCountsFromWhenItIsRead() {
        var queue = queue(Overflow.REJECT_PUBLISH, 10, TWO_IN_MEMORY, 0);
        append(queue, 0, 1);
        append(queue, 1, 1);
        queue.on(new QueueCommand.LogEnd(3), scene.now);
        append(queue, 3, 2);

        assertThat(queue.admits(message(7))).isFalse();
        assertThat(queue.admits(message(6))).isTrue();
        queue.gate().ended(message(6));

        scene.subscribe(queue, ALICE, 2);
        fetch(queue, 2, 5, 2);
        assertThat(queue.admits(message(4))).isFalse();
        assertThat(queue.admits(message(3))).isTrue();
    }
}
