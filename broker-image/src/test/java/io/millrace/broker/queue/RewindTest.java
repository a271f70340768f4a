package io.millrace.broker.queue;

import static io.millrace.broker.queue.QueueScene.ALICE;
import static io.millrace.broker.queue.QueueScene.ack;
import static io.millrace.broker.queue.QueueScene.arrivals;
import static io.millrace.broker.queue.QueueScene.delivered;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A queue that goes back to what was settled, or ahead. */
class RewindTest {
    private final QueueScene scene = new QueueScene();
    private final QueueMachine queue = scene.logged();

    private List<QueueEffect> rewind(long offset) {
        return queue.on(new QueueCommand.Rewind(ALICE, 7, new long[] {offset}), scene.now);
    }

    private List<QueueEffect> fetched(long from, long... offsets) {
        return queue.on(new QueueCommand.Fetched(from, arrivals(offsets), offsets[offsets.length - 1] + 1), scene.now);
    }

    private SettlementLedger ledger() {
        return queue.levels().getFirst().ledger();
    }

    @Test
    void whatWasSettledIsReadAndDeliveredAgainAsRedelivered() {
        scene.arrive(queue, 0, 1, 2);
        scene.subscribe(queue, ALICE, 10);
        queue.on(ack(ALICE, 0, 1, 2), scene.now);

        assertThat(rewind(1)).contains(new QueueEffect.AnswerRewind(ALICE, 7), new QueueEffect.StartFetch(1));
        assertThat(queue.ready()).isEqualTo(2);
        assertThat(ledger().floor()).isEqualTo(1);

        var effects = fetched(1, 1, 2);
        assertThat(delivered(effects)).containsExactly(1L, 2L);
        assertThat(effects).allSatisfy(effect -> {
            if (effect instanceof QueueEffect.Deliver deliver) {
                assertThat(deliver.redelivered()).isTrue();
            }
        });
    }

    @Test
    void whatConsumersHoldStaysWithThem() {
        scene.arrive(queue, 0, 1);
        scene.subscribe(queue, ALICE, 1);

        rewind(0);

        assertThat(delivered(fetched(0, 0, 1)))
                .as("prefetch is 1, and 0 is held")
                .isEmpty();
        assertThat(queue.ready()).isEqualTo(1);
        assertThat(delivered(queue.on(ack(ALICE, 0), scene.now))).containsExactly(1L);
        assertThat(ledger().floor()).isEqualTo(1);
    }

    @Test
    void aReadThatWasUnderWayDoesNotCount() {
        queue.on(new QueueCommand.LogEnd(10), scene.now);
        fetched(0, 0, 1, 2, 3);

        assertThat(rewind(0)).contains(new QueueEffect.StopFetch(0), new QueueEffect.StartFetch(0));
        fetched(4, 4, 5);

        assertThat(ledger().floor()).isZero();
        assertThat(queue.ready()).isEqualTo(10);
    }

    @Test
    void goingAheadSettlesWhatLiesBefore() {
        scene.arrive(queue, 0, 1, 2, 3);

        rewind(3);

        assertThat(ledger().floor()).isEqualTo(3);
        assertThat(queue.ready()).isEqualTo(1);
    }

    @Test
    void nobodyGoesBeyondTheEndOfTheLog() {
        scene.arrive(queue, 0, 1);

        rewind(100);

        assertThat(ledger().floor()).isEqualTo(2);
        assertThat(queue.ready()).isZero();
    }

    @Test
    void whatWasWrittenOfSingleSettledOnesIsRemovedAndMayComeAgain() {
        scene.arrive(queue, 0, 1, 2);
        scene.subscribe(queue, ALICE, 10);
        queue.on(ack(ALICE, 1), scene.now);
        assertThat(ledger().takeChanges().changed()).hasSize(1);

        rewind(0);
        assertThat(ledger().takeChanges().obsolete()).containsExactly(0L);
        queue.on(ack(ALICE, 2), scene.now);

        var changes = ledger().takeChanges();
        assertThat(changes.changed()).hasSize(1);
        assertThat(changes.obsolete()).isEmpty();
    }

    @Test
    void aChunkThatIsThereAgainIsNotRemoved() {
        scene.arrive(queue, 0, 1, 2);
        scene.subscribe(queue, ALICE, 10);
        queue.on(ack(ALICE, 1), scene.now);
        ledger().takeChanges();

        rewind(0);
        queue.on(ack(ALICE, 2), scene.now);

        var changes = ledger().takeChanges();
        assertThat(changes.changed()).hasSize(1);
        assertThat(changes.obsolete()).isEmpty();
    }

    @Test
    void howOftenAMessageCameBackIsForgotten() {
        var rules = QueueRules.plain(true).withDeliveryLimit(5);
        var counting = new QueueMachine(rules, QueueLimits.STANDARD, List.of(RecoveredLevel.fresh()), 0);
        counting.on(new QueueCommand.BoundDurable(1_000), scene.now);
        scene.arrive(counting, 0);
        scene.subscribe(counting, ALICE, 10);
        var nack = new QueueCommand.Settled(ALICE, new long[] {0}, QueueCommand.Outcome.REQUEUE);
        counting.on(nack, scene.now);
        var returns = counting.levels().getFirst().returns();
        assertThat(returns.takeChanges(0)).hasSize(1);

        counting.on(new QueueCommand.Rewind(ALICE, 1, new long[] {0}), scene.now);

        assertThat(returns.of(0)).isZero();
        assertThat(returns.takeChanges(0)).containsExactly(new ReturnCounts.Chunk(0, java.util.Map.of()));
    }
}
