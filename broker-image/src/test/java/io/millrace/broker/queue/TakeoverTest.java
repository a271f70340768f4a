package io.millrace.broker.queue;

import static io.millrace.broker.queue.QueueScene.ALICE;
import static io.millrace.broker.queue.QueueScene.BOB;
import static io.millrace.broker.queue.QueueScene.ack;
import static io.millrace.broker.queue.QueueScene.arrivals;
import static io.millrace.broker.queue.QueueScene.delivered;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a new owner of a queue does with deliveries of the one before. */
class TakeoverTest {
    private final QueueScene scene = new QueueScene();

    /** A queue whose sessions have {@code patienceMs} to tell what they hold. */
    private QueueMachine takenOver(long logEnd, long patienceMs) {
        return new QueueMachine(
                QueueRules.plain(true),
                QueueLimits.STANDARD,
                List.of(new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 100, logEnd)),
                scene.now + patienceMs);
    }

    @Test
    void aDeliveryOfAnEarlierOwnerStaysWithWhoHasIt() {
        var queue = new QueueMachine(
                QueueRules.plain(true),
                QueueLimits.STANDARD,
                List.of(new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 100, 3)),
                0);
        queue.on(new QueueCommand.HandBack(ALICE, "c1", new long[] {1}), scene.now);
        scene.subscribe(queue, ALICE, 2);

        var effects = queue.on(new QueueCommand.Fetched(0, arrivals(0, 1, 2), 3), scene.now);

        assertThat(delivered(effects)).as("prefetch counts what it holds").containsExactly(0L);
        assertThat(delivered(queue.on(ack(ALICE, 1), scene.now))).containsExactly(2L);
        assertThat(queue.levels().getFirst().ledger().isSettled(1)).isTrue();
    }

    @Test
    void aSessionThatAttachesTwiceIsServedOnce() {
        var queue = scene.logged();
        scene.arrive(queue, 0, 1);
        scene.subscribe(queue, ALICE, 1);
        queue.on(new QueueCommand.HandBack(ALICE, "c1", new long[] {0}), scene.now);
        scene.subscribe(queue, ALICE, 1);

        assertThat(delivered(queue.on(ack(ALICE, 0), scene.now))).containsExactly(1L);
        queue.on(new QueueCommand.SessionClosed(ALICE), scene.now);
        assertThat(delivered(scene.subscribe(queue, BOB, 0))).containsExactly(1L);
    }

    @Test
    void anAckThatComesBeforeItsMessageWasReadCounts() {
        var queue = new QueueMachine(
                QueueRules.plain(true),
                QueueLimits.STANDARD,
                List.of(new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 100, 2)),
                0);
        queue.on(new QueueCommand.HandBack(ALICE, "c1", new long[] {0}), scene.now);
        queue.on(ack(ALICE, 0), scene.now);
        scene.subscribe(queue, ALICE, 0);

        assertThat(delivered(queue.on(new QueueCommand.Fetched(0, arrivals(0, 1), 2), scene.now)))
                .containsExactly(1L);
    }

    @Test
    void nothingIsDeliveredBeforeSessionsHadTimeToTellWhatTheyHold() {
        var queue = takenOver(1, 300);
        scene.subscribe(queue, ALICE, 0);

        assertThat(delivered(queue.on(new QueueCommand.Fetched(0, arrivals(0), 1), scene.now)))
                .isEmpty();
        scene.now += 300;
        assertThat(delivered(queue.on(new QueueCommand.Tick(), scene.now))).containsExactly(0L);
    }

    @Test
    void deliveryBeginsAtOnceWhenAllSessionsHaveTold() {
        var queue = takenOver(1, 3_000);
        scene.subscribe(queue, ALICE, 0);
        queue.on(new QueueCommand.Fetched(0, arrivals(0), 1), scene.now);

        assertThat(delivered(queue.on(new QueueCommand.HandedBack(), scene.now)))
                .containsExactly(0L);
    }

    @Test
    void aClockThatIsSetBackHoldsNothingUpOnceAllSessionsHaveTold() {
        var queue = takenOver(1, 3_000);
        queue.on(new QueueCommand.HandedBack(), scene.now);
        scene.subscribe(queue, ALICE, 0);
        scene.now -= 3_600_000;

        assertThat(delivered(queue.on(new QueueCommand.Fetched(0, arrivals(0), 1), scene.now)))
                .containsExactly(0L);
    }

    @Test
    void afterATakeoverWhatMayHaveBeenDeliveredIsFlaggedAndTheRestIsNot() {
        var queue = new QueueMachine(
                QueueRules.plain(true),
                QueueLimits.STANDARD,
                List.of(new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 2, 4)),
                0);
        queue.on(new QueueCommand.BoundDurable(100), scene.now);
        queue.on(new QueueCommand.Fetched(0, arrivals(0, 1, 2, 3), 4), scene.now);

        var effects = scene.subscribe(queue, ALICE, 0);

        assertThat(effects.stream()
                        .filter(QueueEffect.Deliver.class::isInstance)
                        .map(effect -> ((QueueEffect.Deliver) effect).redelivered()))
                .containsExactly(true, true, false, false);
    }

    private QueueMachine takenOverAndRead(long... offsets) {
        var queue = takenOver(offsets.length, 3_000);
        queue.on(new QueueCommand.Fetched(0, arrivals(offsets), offsets.length), scene.now);
        return queue;
    }

    @Test
    void whatWasSettledTooLateForTheEarlierOwnerCounts() {
        var queue = takenOverAndRead(0, 1, 2);
        queue.on(ack(ALICE, 0), scene.now);
        queue.on(new QueueCommand.Settled(ALICE, new long[] {1}, QueueCommand.Outcome.REQUEUE), scene.now);
        scene.subscribe(queue, ALICE, 0);

        var effects = queue.on(new QueueCommand.HandedBack(), scene.now);

        assertThat(delivered(effects)).containsExactly(1L, 2L);
        assertThat(queue.levels().getFirst().ledger().floor()).isEqualTo(1);
    }

    @Test
    void theLastOneHandedBackMayBeSettledWhileItsMessageWaits() {
        var queue = takenOverAndRead(0, 1);
        queue.on(new QueueCommand.HandBack(ALICE, "c1", new long[] {0}), scene.now);
        queue.on(ack(ALICE, 0), scene.now);
        scene.subscribe(queue, ALICE, 0);

        assertThat(delivered(queue.on(new QueueCommand.HandedBack(), scene.now)))
                .containsExactly(1L);
    }

    @Test
    void whatASessionDoesNotHoldItCannotSettle() {
        var queue = takenOverAndRead(0);
        queue.on(new QueueCommand.HandBack(ALICE, "c1", new long[] {0}), scene.now);

        queue.on(ack(BOB, 0), scene.now);

        assertThat(queue.levels().getFirst().ledger().isSettled(0)).isFalse();
    }

    @Test
    void anOwnerThatLeavesDeliversNothingAndHearsWhatIsSettled() {
        var queue = scene.logged();
        scene.subscribe(queue, ALICE, 0);
        scene.arrive(queue, 0);
        queue.on(new QueueCommand.Leaving(), scene.now);

        assertThat(scene.arrive(queue, 1)).isEmpty();
        queue.on(ack(ALICE, 0), scene.now);
        assertThat(queue.levels().getFirst().ledger().isSettled(0)).isTrue();
    }

    @Test
    void anOwnerThatLeavesLeavesALetterThatDidNotArriveToTheNextOne() {
        var queue = new QueueMachine(
                QueueRules.plain(true).withDeadLetters(),
                QueueLimits.STANDARD,
                List.of(new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 100, 0)),
                0);
        queue.on(new QueueCommand.Appended(0, QueueScene.message().expiringAt(scene.now)), scene.now);
        queue.on(new QueueCommand.Appended(1, QueueScene.message().expiringAt(scene.now)), scene.now);
        assertThat(queue.on(new QueueCommand.Forwarded(0, false), scene.now))
                .hasOnlyElementsOfType(QueueEffect.DeadLetter.class)
                .hasSize(1);
        queue.on(new QueueCommand.Leaving(), scene.now);

        assertThat(queue.on(new QueueCommand.Forwarded(0, false), scene.now)).isEmpty();
        queue.on(new QueueCommand.Forwarded(1, true), scene.now);

        var ledger = queue.levels().getFirst().ledger();
        assertThat(ledger.isSettled(0)).as("its letter was not written").isFalse();
        assertThat(ledger.isSettled(1)).isTrue();
    }
}
