package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.Letters;
import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.LongString;
import io.millrace.broker.queue.AckChunk;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.topology.QueueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is settled reaches the slot log, whatever the log does meanwhile. */
class SlotRunnerTest {
    private static final int SOON_MS = 100;
    private static final int LATER_MS = 1_000;
    private static final int PATIENCE_MS = 20_000;

    private final SlotScene scene = new SlotScene();
    private QueueHandle queue;

    @BeforeEach
    void ownAQueueWithAConsumer() {
        scene.own();
        queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.subscribe(queue);
        scene.arrive(queue, 1, SlotScene.offsets(0, 10));
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private long floor() {
        return scene.floor(queue.definition().qid());
    }

    private List<SlotRecord.Acks> acks() {
        return scene.logs.slotRecords.stream()
                .filter(SlotRecord.Acks.class::isInstance)
                .map(SlotRecord.Acks.class::cast)
                .toList();
    }

    @Test
    void settledMessagesAreWrittenSoon() {
        scene.ack(queue, 0, 1, 5);

        scene.pass(SOON_MS);

        assertThat(floor()).isEqualTo(2);
        assertThat(acks())
                .singleElement()
                .satisfies(acks -> assertThat(acks.chunk().contains(5)).isTrue());
    }

    @Test
    void whatCouldNotBeWrittenComesAgainByItself() {
        scene.logs.slotLogFails = true;
        scene.ack(queue, 0, 1, 5);
        scene.pass(SOON_MS);
        assertThat(floor()).isZero();

        scene.logs.slotLogFails = false;
        scene.pass(LATER_MS);

        assertThat(floor()).isEqualTo(2);
        assertThat(acks())
                .singleElement()
                .satisfies(acks -> assertThat(acks.chunk().contains(5)).isTrue());
    }

    @Test
    void whatIsSettledMeanwhileComesWithIt() {
        scene.logs.slotLogFails = true;
        scene.ack(queue, 0, 1, 5);
        scene.pass(SOON_MS);
        scene.ack(queue, 2, 6);
        scene.pass(LATER_MS);

        scene.logs.slotLogFails = false;
        scene.pass(LATER_MS);

        assertThat(floor()).isEqualTo(3);
        assertThat(acks())
                .singleElement()
                .satisfies(acks -> assertThat(acks.chunk().size()).isEqualTo(2));
    }

    @Test
    void handingOverWritesWhatFailedBefore() {
        scene.logs.slotLogFails = true;
        scene.ack(queue, 0, 1, 5);
        scene.pass(SOON_MS);
        var handedOver = scene.handOver();
        assertThat(handedOver).isNotDone();

        scene.logs.slotLogFails = false;
        scene.pass(LATER_MS);

        assertThat(handedOver).isCompleted();
        assertThat(floor()).isEqualTo(2);
    }

    @Test
    void handingOverWaitsForDeadLettersOnTheirWayWhichTheNextOwnerWouldSendAgain() {
        var letters = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        var dying = scene.queue(QueueKind.LOG, deadLettersTo(letters));
        scene.subscribe(dying);
        scene.arrive(dying, 1, 0);
        scene.logs.heldAppends = new ArrayList<>();
        scene.settle(dying, Outcome.DEAD_LETTER, 0);

        var handedOver = scene.handOver();
        scene.pass(LATER_MS);
        assertThat(handedOver).isNotDone();
        scene.logs.heldAppends.forEach(Runnable::run);
        scene.pass(LATER_MS);

        assertThat(handedOver).isCompleted();
        assertThat(scene.floor(dying.definition().qid())).isEqualTo(1);
    }

    /** A hand-over that waits for a letter of which nobody will ever hear. */
    private QueueHandle handOverWithALetterOnItsWay() {
        var letters = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        var dying = scene.queue(QueueKind.LOG, deadLettersTo(letters));
        scene.subscribe(dying);
        scene.arrive(dying, 1, 0);
        dying.send(new QueueCommand.LogEnd(20));
        scene.run();
        scene.logs.heldAppends = new ArrayList<>();
        scene.settle(dying, Outcome.DEAD_LETTER, 0);
        return dying;
    }

    @Test
    void aHandOverThatWaitsForEverEndsInTimeAndReadsNothingMore() {
        handOverWithALetterOnItsWay();
        assertThat(scene.logs.readings).isNotEmpty();
        var handedOver = scene.handOver();

        scene.pass(PATIENCE_MS);

        assertThat(handedOver).isCompletedExceptionally();
        assertThat(scene.logs.readings).allMatch(reading -> reading.stopped);
        assertThat(queue.owned()).isNull();
    }

    @Test
    void whatAnEarlierLifeHearsLateDoesNotEndTheNextOne() {
        var dying = handOverWithALetterOnItsWay();
        scene.handOver();
        scene.pass(PATIENCE_MS);
        scene.ownAgain(SlotScene.EPOCH + 1);
        assertThat(dying.owned()).isNotNull();

        Objects.requireNonNull(scene.logs.heldAppends).forEach(Runnable::run);
        scene.pass(LATER_MS);

        assertThat(dying.owned()).isNotNull();
        assertThat(queue.owned()).isNotNull();
        assertThat(scene.floor(dying.definition().qid()))
                .as("it is settled by nobody")
                .isZero();
    }

    private static FieldTable deadLettersTo(QueueHandle queue) {
        return FieldTable.of(Map.of(
                "x-dead-letter-exchange", LongString.of(""),
                "x-dead-letter-routing-key", LongString.of(queue.queueName())));
    }

    @Test
    void aHandOverThatIsGivenUpWritesNoMore() {
        scene.logs.slotLogFails = true;
        scene.ack(queue, 0);
        scene.pass(SOON_MS);
        var handedOver = scene.handOver();
        handedOver.cancel(false);
        scene.pass(LATER_MS);

        scene.logs.slotLogFails = false;
        scene.pass(LATER_MS);
        scene.pass(LATER_MS);

        assertThat(floor()).isZero();
    }

    @Test
    void aDeletedQueueIsNotWrittenAgain() {
        scene.logs.slotLogFails = true;
        scene.ack(queue, 0, 5);
        scene.pass(SOON_MS);
        scene.delete(queue);
        scene.logs.slotRecords.clear();

        scene.logs.slotLogFails = false;
        scene.pass(LATER_MS);

        assertThat(scene.logs.slotRecords).isNotEmpty().allMatch(SlotRecord.Removed.class::isInstance);
    }

    @Test
    void aRewindIsAnsweredWhenEveryLaterOwnerKnows() {
        scene.own();
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.subscribe(queue);
        scene.arrive(queue, 1, 0, 1, 2);
        scene.ack(queue, 0, 1, 2);
        scene.pass(100);
        scene.events.heard.clear();
        scene.logs.slotLogFails = true;

        queue.send(new QueueCommand.Rewind(SlotScene.ALICE, 1, new long[] {1}), SlotScene.ALICE, scene.events);
        scene.run();
        scene.pass(100);
        assertThat(scene.events.heard).isEmpty();

        scene.logs.slotLogFails = false;
        scene.pass(1_000);
        assertThat(scene.events.heard).containsExactly("rewound");
        assertThat(scene.floor(queue.definition().qid())).isEqualTo(1);
    }

    @Test
    void aRewindWhoseMessagesAreSettledAgainAtOnceIsAnsweredToo() {
        scene.own();
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.subscribe(queue);
        scene.arrive(queue, 1, 0, 1);
        scene.ack(queue, 0, 1);
        scene.pass(100);
        scene.events.heard.clear();
        int written = scene.logs.slotRecords.size();

        queue.send(new QueueCommand.Rewind(SlotScene.ALICE, 1, new long[] {1}), SlotScene.ALICE, scene.events);
        queue.send(new QueueCommand.Rewind(SlotScene.ALICE, 2, new long[] {2}), SlotScene.ALICE, scene.events);
        scene.run();
        scene.pass(100);

        assertThat(scene.events.heard).containsOnly("rewound").hasSize(2);
        assertThat(scene.logs.slotRecords.size()).as("nothing is no write").isGreaterThan(written);
    }

    @Test
    void whatAnEarlierOwnerDeadLetteredInATransactionIsSettled() {
        try (var later = new SlotScene()) {
            var handle = later.queue(QueueKind.LOG, FieldTable.EMPTY);
            later.logs.transactions.notes.put(
                    handle.definition().qid(), new Letters(handle.definition().qid(), List.of(0L, 1L, 5L)));

            later.ownLettered();
            later.subscribe(handle);
            later.pass(LATER_MS);

            assertThat(later.floor(handle.definition().qid())).isEqualTo(2);
            later.pass(LATER_MS);
            later.logs.transactions.end(FakeTransactions.Fate.COMMITTED);
            assertThat(later.logs.transactions.notes).isEmpty();
        }
    }

    // --- records of owners that were replaced ---

    private SlotRecord.Head zombiesHead() {
        return new SlotRecord.Head(queue.definition().qid(), 0, 1, 0, 0);
    }

    private SlotRecord.Acks zombiesAcks() {
        return new SlotRecord.Acks(queue.definition().qid(), 0, 0, 1, new AckChunk());
    }

    /** The queue has written that 0, 1 and 5 are settled, and does nothing since. */
    private void settleAndRest() {
        scene.ack(queue, 0, 1, 5);
        scene.pass(SOON_MS);
        scene.pass(LATER_MS);
        scene.logs.slotRecords.clear();
    }

    @Test
    void aFloorThatAZombieHidesIsWrittenAgainThoughNothingIsSettled() {
        settleAndRest();

        scene.hide(queue, zombiesHead());
        scene.pass(SOON_MS);
        scene.pass(LATER_MS);

        assertThat(scene.logs.slotRecords).singleElement().isInstanceOf(SlotRecord.Head.class);
        assertThat(floor()).isEqualTo(2);
    }

    @Test
    void aChunkThatAZombieHidesOrRemovesIsWrittenAgain() {
        for (var by : List.of(zombiesAcks(), new SlotRecord.Removed(zombiesAcks()))) {
            settleAndRest();

            scene.hide(queue, by);
            scene.pass(SOON_MS);

            assertThat(acks())
                    .singleElement()
                    .satisfies(acks -> assertThat(acks.chunk().contains(5)).isTrue());
        }
    }

    @Test
    void aChunkThatIsGoneStaysGone() {
        scene.ack(queue, SlotScene.offsets(0, 10));
        scene.pass(SOON_MS);
        scene.logs.slotRecords.clear();

        scene.hide(queue, new SlotRecord.Removed(zombiesAcks()));
        scene.pass(SOON_MS);

        assertThat(scene.logs.slotRecords).isEmpty();
    }

    @Test
    void aLevelThatAZombieRemovesIsWrittenAgain() {
        settleAndRest();

        scene.hide(queue, new SlotRecord.Removed(zombiesHead()));
        scene.pass(SOON_MS);

        assertThat(floor()).isEqualTo(2);
        assertThat(acks()).hasSize(1);
    }

    @Test
    void whatIsHiddenWhileItCannotBeWrittenIsWrittenLater() {
        settleAndRest();
        scene.logs.slotLogFails = true;
        scene.hide(queue, zombiesHead());
        scene.pass(SOON_MS);

        scene.logs.slotLogFails = false;
        scene.pass(LATER_MS);

        assertThat(floor()).isEqualTo(2);
    }

    @Test
    void whatWasHiddenBeforeItsQueueIsOpenIsWrittenByTheNewOwner() {
        try (var later = new SlotScene()) {
            var chunk = new AckChunk();
            chunk.addRange(5, 6);
            var saved = new SlotReplica.Recovered.Saved(2, 2, Map.of(0L, chunk), List.of());
            later.own(Map.of(1L, new SlotReplica.Recovered(Map.of(0, saved), List.of(), true)));

            var handle = later.queue(QueueKind.LOG, FieldTable.EMPTY);
            later.pass(LATER_MS);
            later.pass(SOON_MS);

            assertThat(later.floor(handle.definition().qid())).isEqualTo(2);
            assertThat(later.logs.slotRecords).hasAtLeastOneElementOfType(SlotRecord.Acks.class);
        }
    }
}
