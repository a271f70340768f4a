package io.millrace.broker.queue;

import static io.millrace.broker.queue.QueueScene.ALICE;
import static io.millrace.broker.queue.QueueScene.BOB;
import static io.millrace.broker.queue.QueueScene.ack;
import static io.millrace.broker.queue.QueueScene.delivered;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Arrival;
import io.millrace.broker.queue.QueueCommand.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Queues with group keys: of each key one message at a time, in order. */
class GroupKeysTest {
    private static final long NOBODY_WAITS = 0;

    private final QueueScene scene = new QueueScene();

    private static Message message(String key) {
        return expiring(key, Message.NEVER);
    }

    private static Message expiring(String key, long whenMs) {
        return new Message("", key, new byte[2], "body".getBytes(StandardCharsets.UTF_8), whenMs, 0);
    }

    private static QueueRules rules(int shards) {
        return QueueRules.plain(true).withPartitioning(new Shards(shards));
    }

    private static QueueMachine queue(QueueRules rules, QueueLimits limits, long logEnd, long notBefore) {
        var levels = Stream.generate(() -> new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 0, logEnd))
                .limit(rules.partitioning().levels())
                .toList();
        var queue = new QueueMachine(rules, limits, levels, notBefore);
        for (int level = 0; level < levels.size(); level++) {
            queue.on(new QueueCommand.BoundDurable(Place.of(level, 1_000_000)), 0);
        }
        return queue;
    }

    private static QueueMachine oneShard() {
        return queue(rules(1), QueueLimits.STANDARD, 0, NOBODY_WAITS);
    }

    /** Messages of these keys, one after the other from offset {@code first} on. */
    private List<Long> arrive(QueueMachine queue, long first, String... keys) {
        var effects = new ArrayList<QueueEffect>();
        for (var key : keys) {
            effects.addAll(queue.on(new QueueCommand.Appended(first++, message(key)), scene.now));
        }
        return delivered(effects);
    }

    private List<Long> settle(QueueMachine queue, SessionId session, Outcome outcome, long... places) {
        return delivered(queue.on(new QueueCommand.Settled(session, places, outcome), scene.now));
    }

    private static SettlementLedger ledger(QueueMachine queue) {
        return queue.levels().getFirst().ledger();
    }

    @Test
    void theNextOfAKeyComesWhenTheOneBeforeIsSettled() {
        var queue = oneShard();
        scene.subscribe(queue, ALICE, 0);

        assertThat(arrive(queue, 0, "a", "a", "b", "a")).containsExactly(0L, 2L);
        assertThat(settle(queue, ALICE, Outcome.ACK, 0)).containsExactly(1L);
        assertThat(settle(queue, ALICE, Outcome.DEAD_LETTER, 1)).containsExactly(3L);
        assertThat(queue.ready()).isZero();
        assertThat(queue.unackedCount()).isEqualTo(2);
    }

    @Test
    void aReturnedMessageIsTheNextOfItsKey() {
        var queue = oneShard();
        scene.subscribe(queue, ALICE, 0);
        arrive(queue, 0, "a", "a");

        assertThat(settle(queue, ALICE, Outcome.REQUEUE, 0)).containsExactly(0L);
        assertThat(settle(queue, ALICE, Outcome.ACK, 0)).containsExactly(1L);
    }

    @Test
    void whatALostConsumerHeldGoesToTheNextOneFirst() {
        var queue = oneShard();
        scene.subscribe(queue, ALICE, 0);
        arrive(queue, 0, "a", "a", "b", "b");
        queue.on(new QueueCommand.SessionClosed(ALICE), scene.now);

        assertThat(delivered(scene.subscribe(queue, BOB, 0))).containsExactly(0L, 2L);
    }

    @Test
    void withoutAcknowledgementsAllGoesOnAtOnce() {
        var queue = oneShard();
        queue.on(new QueueCommand.Subscribe(new Consumer(new ConsumerId(ALICE, "c"), 0, true, 0), false), scene.now);

        assertThat(arrive(queue, 0, "a", "a", "a")).containsExactly(0L, 1L, 2L);
    }

    @Test
    void aGetFindsNothingWhileAllKeysAreHeld() {
        var queue = oneShard();
        arrive(queue, 0, "a", "a");
        queue.on(new QueueCommand.Get(ALICE, 1, false), scene.now);

        assertThat(queue.on(new QueueCommand.Get(BOB, 2, false), scene.now))
                .contains(new QueueEffect.AnswerGet(BOB, 2, -1, null, false, 0, 0));
        assertThat(queue.ready()).isEqualTo(1);
    }

    @Test
    void aKeyIsHeldUntilItsDeadLetterIsSafe() {
        var queue = queue(rules(1).withDeadLetters(), QueueLimits.STANDARD, 0, NOBODY_WAITS);
        scene.subscribe(queue, ALICE, 0);
        arrive(queue, 0, "a", "a");

        assertThat(settle(queue, ALICE, Outcome.DEAD_LETTER, 0)).isEmpty();
        assertThat(delivered(queue.on(new QueueCommand.Forwarded(0, true), scene.now)))
                .containsExactly(1L);
    }

    @Test
    void shardsAreServedInTurn() {
        var queue = queue(rules(2), QueueLimits.STANDARD, 0, NOBODY_WAITS);
        for (int level = 0; level < 2; level++) {
            for (int i = 0; i < 3; i++) {
                queue.on(new QueueCommand.Appended(Place.of(level, i), message(level + "-" + i)), scene.now);
            }
        }

        var shards = delivered(scene.subscribe(queue, ALICE, 0)).stream()
                .map(Place::level)
                .toList();

        assertThat(shards).hasSize(6);
        for (int i = 1; i < 6; i++) {
            assertThat(shards.get(i)).isNotEqualTo(shards.get(i - 1));
        }
    }

    @Test
    void aShardThatWaitsForItsBoundHoldsUpNoOther() {
        var queue = new QueueMachine(
                rules(2), QueueLimits.STANDARD, List.of(RecoveredLevel.fresh(), RecoveredLevel.fresh()), 0);
        queue.on(new QueueCommand.BoundDurable(Place.of(1, 100)), scene.now);
        scene.subscribe(queue, ALICE, 0);
        queue.on(new QueueCommand.Appended(Place.of(0, 0), message("a")), scene.now);

        assertThat(delivered(queue.on(new QueueCommand.Appended(Place.of(1, 0), message("b")), scene.now)))
                .containsExactly(Place.of(1, 0));
    }

    @Test
    void anExpiredMessageWaitsWhileItsKeyIsHeld() {
        var queue = oneShard();
        scene.subscribe(queue, ALICE, 0);
        queue.on(new QueueCommand.Appended(0, message("a")), scene.now);
        queue.on(new QueueCommand.Appended(1, expiring("a", scene.now + 10)), scene.now);
        queue.on(new QueueCommand.Appended(2, message("a")), scene.now);
        scene.now += 20;
        queue.on(new QueueCommand.Tick(), scene.now);
        assertThat(queue.ready()).isEqualTo(2);

        assertThat(settle(queue, ALICE, Outcome.ACK, 0)).containsExactly(2L);
        assertThat(ledger(queue).isSettled(1)).isTrue();
    }

    @Test
    void theOldestIsDroppedEvenIfItsKeyIsHeld() {
        var queue = queue(rules(1).withMaxLength(2), QueueLimits.STANDARD, 0, NOBODY_WAITS);
        scene.subscribe(queue, ALICE, 1);
        arrive(queue, 0, "a", "a", "b", "a");

        assertThat(ledger(queue).isSettled(1)).isTrue();
        assertThat(queue.ready()).isEqualTo(2);
        assertThat(settle(queue, ALICE, Outcome.ACK, 0)).containsExactly(2L);
        assertThat(settle(queue, ALICE, Outcome.ACK, 2)).containsExactly(3L);
    }

    @Test
    void aPurgeLeavesWhatIsHeldAndNothingElse() {
        var queue = oneShard();
        scene.subscribe(queue, ALICE, 0);
        arrive(queue, 0, "a", "a", "b", "a");

        assertThat(queue.on(new QueueCommand.Purge(BOB, 7), scene.now))
                .contains(new QueueEffect.AnswerPurge(BOB, 7, 2));
        assertThat(queue.ready()).isZero();
        assertThat(settle(queue, ALICE, Outcome.ACK, 0)).isEmpty();
        assertThat(arrive(queue, 4, "a")).containsExactly(4L);
    }

    @Test
    void goingBackDoesNotFreeAKey() {
        var queue = queue(rules(1).withReplay(), QueueLimits.STANDARD, 0, NOBODY_WAITS);
        scene.subscribe(queue, ALICE, 0);
        arrive(queue, 0, "a", "a");
        settle(queue, ALICE, Outcome.ACK, 0);
        queue.on(new QueueCommand.Rewind(BOB, 1, new long[] {0}), scene.now);

        var arrivals = List.of(new Arrival(0, message("a")), new Arrival(1, message("a")));
        assertThat(delivered(queue.on(new QueueCommand.Fetched(0, arrivals, 2), scene.now)))
                .isEmpty();
        assertThat(settle(queue, ALICE, Outcome.REQUEUE, 1)).containsExactly(0L);
        assertThat(settle(queue, ALICE, Outcome.ACK, 0)).containsExactly(1L);
    }

    @Test
    void aQueueInMemoryKeepsAllOfAHeldKey() {
        var rules = QueueRules.plain(false).withPartitioning(new Shards(1));
        var queue = new QueueMachine(
                rules, new QueueLimits(4, 1 << 20, 100, 1 << 20, 100), List.of(RecoveredLevel.fresh()), 0);
        scene.subscribe(queue, ALICE, 0);
        for (int i = 0; i < 50; i++) {
            queue.on(new QueueCommand.Enqueued(message("a")), scene.now);
        }

        for (long i = 0; i < 49; i++) {
            assertThat(delivered(queue.on(ack(ALICE, i), scene.now))).containsExactly(i + 1);
        }
    }
}
