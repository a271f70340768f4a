package io.millrace.broker.queue;

import static io.millrace.broker.queue.QueueScene.ALICE;
import static io.millrace.broker.queue.QueueScene.BOB;
import static io.millrace.broker.queue.QueueScene.ack;
import static io.millrace.broker.queue.QueueScene.arrivals;
import static io.millrace.broker.queue.QueueScene.delivered;
import static io.millrace.broker.queue.QueueScene.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.DeathReason;
import io.millrace.broker.queue.QueueCommand.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class QueueMachineTest {
    private final QueueScene scene = new QueueScene();

    @Test
    void floorStaysAtTheOldestUnsettledMessage() {
        var queue = scene.logged();
        scene.arrive(queue, 0, 1, 2);
        scene.subscribe(queue, ALICE, 0);

        queue.on(ack(ALICE, 2), scene.now);

        assertThat(queue.levels().getFirst().ledger().floor()).isZero();
        assertThat(queue.levels().getFirst().ledger().isSettled(2)).isTrue();
    }

    @Test
    void prefetchBoundsWhatAConsumerHolds() {
        var queue = scene.logged();
        scene.arrive(queue, 0, 1, 2);

        assertThat(delivered(scene.subscribe(queue, ALICE, 2))).containsExactly(0L, 1L);
        assertThat(delivered(queue.on(ack(ALICE, 0), scene.now))).containsExactly(2L);
    }

    @Test
    void consumersAreServedInTurn() {
        var queue = scene.logged();
        scene.subscribe(queue, ALICE, 0);
        scene.subscribe(queue, BOB, 0);

        var effects = scene.arrive(queue, 0, 1, 2, 3);

        assertThat(receivers(effects)).containsExactly(ALICE, BOB, ALICE, BOB);
    }

    @Test
    void aHigherPriorityIsServedWhileItHasCredit() {
        var queue = scene.logged();
        scene.subscribe(queue, ALICE, 0);
        queue.on(new QueueCommand.Subscribe(new Consumer(new ConsumerId(BOB, "b"), 1, false, 5), false), scene.now);

        var effects = scene.arrive(queue, 0, 1);

        assertThat(receivers(effects)).containsExactly(BOB, ALICE);
    }

    @Test
    void aSingleActiveConsumerIsServedAloneUntilItGoes() {
        var queue = withRules(QueueRules.plain(true).withSingleActive());
        scene.subscribe(queue, ALICE, 0);
        scene.subscribe(queue, BOB, 0);

        assertThat(receivers(scene.arrive(queue, 0, 1, 2))).containsExactly(ALICE, ALICE, ALICE);
        queue.on(new QueueCommand.SessionClosed(ALICE), scene.now);

        assertThat(queue.ready()).isZero();
        assertThat(receivers(scene.arrive(queue, 3))).containsExactly(BOB);
    }

    private static QueueMachine withRules(QueueRules rules) {
        return new QueueMachine(
                rules,
                QueueLimits.STANDARD,
                List.of(new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 100, 0)),
                0);
    }

    private static Stream<SessionId> receivers(List<QueueEffect> effects) {
        return effects.stream()
                .filter(QueueEffect.Deliver.class::isInstance)
                .map(effect -> ((QueueEffect.Deliver) effect).consumer().id().session());
    }

    @Test
    void aReturnedMessageKeepsItsPlaceAndIsFlagged() {
        var queue = scene.logged();
        scene.arrive(queue, 0, 1, 2);
        scene.subscribe(queue, ALICE, 1);

        var effects = queue.on(new QueueCommand.Settled(ALICE, new long[] {0}, Outcome.REQUEUE), scene.now);

        assertThat(effects).anySatisfy(effect -> {
            assertThat(effect).isInstanceOf(QueueEffect.Deliver.class);
            assertThat(((QueueEffect.Deliver) effect).place()).isZero();
            assertThat(((QueueEffect.Deliver) effect).redelivered()).isTrue();
        });
    }

    @Test
    void aLostSessionGivesBackAllItHeld() {
        var queue = scene.logged();
        scene.arrive(queue, 0, 1, 2);
        scene.subscribe(queue, ALICE, 0);

        queue.on(new QueueCommand.SessionClosed(ALICE), scene.now);

        assertThat(queue.ready()).isEqualTo(3);
        assertThat(delivered(scene.subscribe(queue, BOB, 0))).containsExactly(0L, 1L, 2L);
    }

    @Test
    void anotherSessionCannotSettleADelivery() {
        var queue = scene.logged();
        scene.arrive(queue, 0);
        scene.subscribe(queue, ALICE, 0);

        queue.on(ack(BOB, 0), scene.now);

        assertThat(queue.levels().getFirst().ledger().isSettled(0)).isFalse();
    }

    @Test
    void deliveryWaitsUntilTheDeliveredBoundIsReplicated() {
        var queue = new QueueMachine(
                QueueRules.plain(true),
                QueueLimits.STANDARD,
                List.of(new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 0, 0)),
                0);
        scene.subscribe(queue, ALICE, 0);

        var effects = queue.on(new QueueCommand.Appended(0, message()), scene.now);

        assertThat(delivered(effects)).isEmpty();
        var bound = effects.stream()
                .filter(QueueEffect.ExtendBound.class::isInstance)
                .map(effect -> ((QueueEffect.ExtendBound) effect).bound())
                .findFirst()
                .orElseThrow();
        assertThat(delivered(queue.on(new QueueCommand.BoundDurable(bound), scene.now)))
                .containsExactly(0L);
    }

    @Test
    void aRecordOfAForeignWriterIsFetched() {
        var queue = scene.logged();
        scene.arrive(queue, 0);

        var effects = queue.on(new QueueCommand.LogEnd(2), scene.now);

        assertThat(effects).containsExactly(new QueueEffect.StartFetch(1));
    }

    @Test
    void neighboursReportedInTheWrongOrderAreNotFetched() {
        var queue = scene.logged();
        scene.subscribe(queue, ALICE, 0);

        var effects = new ArrayList<>(queue.on(new QueueCommand.Appended(1, message()), scene.now));
        effects.addAll(queue.on(new QueueCommand.Appended(0, message()), scene.now));

        assertThat(effects).noneMatch(QueueEffect.StartFetch.class::isInstance);
        assertThat(delivered(effects)).containsExactly(0L, 1L);
    }

    @Test
    void aGapThatLastsIsFetched() {
        var queue = scene.logged();
        queue.on(new QueueCommand.Appended(1, message()), scene.now);
        scene.now += 50;

        assertThat(queue.on(new QueueCommand.Tick(), scene.now)).contains(new QueueEffect.StartFetch(0));
    }

    @Test
    void markersBetweenFetchedRecordsHoldTheFloorUpNoLonger() {
        var queue = scene.logged();
        queue.on(new QueueCommand.LogEnd(4), scene.now);
        queue.on(new QueueCommand.Fetched(0, arrivals(1), 4), scene.now);
        scene.subscribe(queue, ALICE, 0);

        queue.on(ack(ALICE, 1), scene.now);

        assertThat(queue.levels().getFirst().ledger().floor()).isEqualTo(4);
    }

    @Test
    void theWindowIsBoundedAndTheRestIsFetchedLater() {
        var limits = new QueueLimits(10, 1 << 20, 100, 1 << 20, 0);
        var queue = new QueueMachine(
                QueueRules.plain(true),
                limits,
                List.of(new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 0, 0)),
                0);
        queue.on(new QueueCommand.BoundDurable(10_000), scene.now);
        for (int offset = 0; offset < 50; offset++) {
            queue.on(new QueueCommand.Appended(offset, message()), scene.now);
        }

        assertThat(queue.windowSize()).isEqualTo(10);
        assertThat(queue.ready()).isEqualTo(50);
        assertThat(scene.subscribe(queue, ALICE, 20)).contains(new QueueEffect.StartFetch(10));
    }

    @Test
    void anExpiredHeadDiesAndTheRestIsServed() {
        var queue = new QueueMachine(
                QueueRules.plain(true).withDeadLetters(),
                QueueLimits.STANDARD,
                List.of(new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 100, 0)),
                0);
        queue.on(new QueueCommand.Appended(0, message().expiringAt(scene.now + 10)), scene.now);
        queue.on(new QueueCommand.Appended(1, message()), scene.now);
        scene.now += 10;

        var effects = queue.on(new QueueCommand.Tick(), scene.now);

        assertThat(effects)
                .anySatisfy(effect -> assertThat(effect).isInstanceOfSatisfying(QueueEffect.DeadLetter.class, dead -> {
                    assertThat(dead.place()).isZero();
                    assertThat(dead.reason()).isEqualTo(DeathReason.EXPIRED);
                }));
        assertThat(queue.levels().getFirst().ledger().isSettled(0))
                .as("settled only when the letter is safe")
                .isFalse();
        queue.on(new QueueCommand.Forwarded(0, true), scene.now);
        assertThat(queue.levels().getFirst().ledger().floor()).isEqualTo(1);
    }

    @Test
    void purgeRemovesWhatIsReadyAndKeepsWhatIsHeld() {
        var queue = scene.logged();
        scene.arrive(queue, 0, 1, 2);
        scene.subscribe(queue, ALICE, 1);
        queue.on(new QueueCommand.LogEnd(10), scene.now);

        var effects = queue.on(new QueueCommand.Purge(BOB, 7), scene.now);

        assertThat(effects).contains(new QueueEffect.AnswerPurge(BOB, 7, 9));
        assertThat(queue.ready()).isZero();
        assertThat(queue.levels().getFirst().ledger().floor()).isZero();
    }

    @Test
    void getOnAnEmptyQueueIsAnsweredAtOnce() {
        var queue = scene.logged();

        assertThat(queue.on(new QueueCommand.Get(ALICE, 1, false), scene.now))
                .containsExactly(new QueueEffect.AnswerGet(ALICE, 1, -1, null, false, 0, 0));
    }

    @Test
    void getWaitsForWhatLiesInTheLog() {
        var queue = new QueueMachine(
                QueueRules.plain(true),
                QueueLimits.STANDARD,
                List.of(new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 100, 1)),
                0);

        assertThat(queue.on(new QueueCommand.Get(ALICE, 1, false), scene.now))
                .noneMatch(QueueEffect.AnswerGet.class::isInstance);
        assertThat(queue.on(new QueueCommand.Fetched(0, arrivals(0), 1), scene.now))
                .anyMatch(QueueEffect.AnswerGet.class::isInstance);
    }

    @Test
    void anExclusiveConsumerKeepsOthersOut() {
        var queue = scene.logged();
        queue.on(new QueueCommand.Subscribe(new Consumer(new ConsumerId(ALICE, "a"), 0, false, 0), true), scene.now);
        var late = new Consumer(new ConsumerId(BOB, "b"), 0, false, 0);

        assertThat(queue.on(new QueueCommand.Subscribe(late, false), scene.now))
                .contains(new QueueEffect.AnswerSubscribe(late, false));
    }

    @Test
    void aSessionThatTakesNothingMoreIsLeftAlone() {
        var queue = scene.logged();
        queue.on(new QueueCommand.Subscribe(new Consumer(new ConsumerId(ALICE, "a"), 0, true, 0), false), scene.now);
        queue.on(new QueueCommand.Paused(ALICE, true), scene.now);

        assertThat(delivered(scene.arrive(queue, 0))).isEmpty();
        assertThat(delivered(queue.on(new QueueCommand.Paused(ALICE, false), scene.now)))
                .containsExactly(0L);
    }

    @Test
    void aConsumerOfASessionThatTakesNothingMoreWaits() {
        var queue = scene.logged();
        queue.on(new QueueCommand.Paused(ALICE, true), scene.now);
        queue.on(new QueueCommand.Subscribe(new Consumer(new ConsumerId(ALICE, "a"), 0, true, 0), false), scene.now);

        assertThat(delivered(scene.arrive(queue, 0))).isEmpty();
        assertThat(delivered(queue.on(new QueueCommand.Paused(ALICE, false), scene.now)))
                .containsExactly(0L);
    }

    @Test
    void aLogThatOthersWriteToIsReadOnForAWhile() {
        var queue = scene.logged();
        queue.on(new QueueCommand.LogEnd(1), scene.now);

        assertThat(queue.on(new QueueCommand.Fetched(0, arrivals(0), 1), scene.now))
                .noneMatch(QueueEffect.StopFetch.class::isInstance);
        scene.now += 60_000;
        assertThat(queue.on(new QueueCommand.Tick(), scene.now)).contains(new QueueEffect.StopFetch(0));
    }

    @Test
    void whatHappensIsCounted() {
        var queue = scene.logged();
        scene.arrive(queue, 0, 1, 2);
        scene.subscribe(queue, ALICE, 2);
        queue.on(ack(ALICE, 0), scene.now);
        queue.on(new QueueCommand.Settled(ALICE, new long[] {1}, Outcome.REQUEUE), scene.now);
        queue.on(new QueueCommand.Settled(ALICE, new long[] {2}, Outcome.DEAD_LETTER), scene.now);

        assertThat(queue.published()).isEqualTo(3);
        assertThat(queue.tally().delivered()).isEqualTo(4);
        assertThat(queue.tally().redelivered()).isEqualTo(1);
        assertThat(queue.tally().acknowledged()).isEqualTo(1);
        assertThat(queue.tally().dead()).isEqualTo(Map.of(DeathReason.REJECTED, 1L));
    }
}
