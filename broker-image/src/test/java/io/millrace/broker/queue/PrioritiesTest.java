package io.millrace.broker.queue;

import static io.millrace.broker.queue.QueueScene.ALICE;
import static io.millrace.broker.queue.QueueScene.delivered;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Arrival;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queues whose messages have priorities. */
class PrioritiesTest {
    private final QueueScene scene = new QueueScene();

    private static Message message(int priority) {
        var properties = new BasicProperties(
                null, null, null, null, priority, null, null, null, null, null, null, null, null, null);
        return new Message("", "q", properties.encode(), new byte[1], Message.NEVER, 0);
    }

    private static QueueMachine withLevels(int count, RecoveredLevel... recovered) {
        var levels = Stream.concat(Stream.of(recovered), Stream.generate(RecoveredLevel::fresh))
                .limit(count)
                .toList();
        var rules = QueueRules.plain(true).withPartitioning(Priorities.upTo(count - 1, true));
        var queue = new QueueMachine(rules, QueueLimits.STANDARD, levels, 0);
        for (int level = 0; level < count; level++) {
            queue.on(new QueueCommand.BoundDurable(Place.of(level, 1_000)), 0);
        }
        return queue;
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "5, 5", "9, 5", "255, 5"})
    void aPriorityAboveTheHighestIsTheHighest(int priority, int level) {
        assertThat(Priorities.upTo(5, true).levelOf(message(priority))).isEqualTo(level);
    }

    @Test
    void aMessageWithoutPriorityHasTheLowest() {
        assertThat(Priorities.upTo(5, true).levelOf(QueueScene.message())).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "25, 0", "26, 1", "254, 9", "255, 10"})
    void manyPrioritiesOfALoggedQueueShareLevels(int priority, int level) {
        var priorities = Priorities.upTo(255, true);

        assertThat(priorities.levels()).isEqualTo(Priorities.LOGGED_LEVELS);
        assertThat(priorities.levelOf(message(priority))).isEqualTo(level);
    }

    @Test
    void everyPriorityOfAQueueInMemoryHasALevel() {
        assertThat(Priorities.upTo(255, false).levelOf(message(26))).isEqualTo(26);
    }

    @Test
    void aPlaceTellsLevelAndOffset() {
        long place = Place.of(65_535, 1L << 46);

        assertThat(place).isPositive();
        assertThat(Place.level(place)).isEqualTo(65_535);
        assertThat(Place.offset(place)).isEqualTo(1L << 46);
        assertThat(Place.of(0, 42)).isEqualTo(42);
    }

    @Test
    void theHighestIsDeliveredFirst() {
        var queue = withLevels(3);
        scene.arrive(queue, Place.of(0, 0), Place.of(2, 0), Place.of(1, 0), Place.of(2, 1));

        assertThat(delivered(scene.subscribe(queue, ALICE, 10)))
                .containsExactly(Place.of(2, 0), Place.of(2, 1), Place.of(1, 0), Place.of(0, 0));
        assertThat(queue.unackedCount()).isEqualTo(4);
    }

    @Test
    void aReturnedMessageOfHighPriorityGoesBeforeLowerOnes() {
        var queue = withLevels(2);
        scene.arrive(queue, Place.of(1, 0), Place.of(0, 0));
        scene.subscribe(queue, ALICE, 1);

        var effects = queue.on(
                new QueueCommand.Settled(ALICE, new long[] {Place.of(1, 0)}, QueueCommand.Outcome.REQUEUE), scene.now);

        assertThat(delivered(effects)).containsExactly(Place.of(1, 0));
    }

    @Test
    void aLowerOneWaitsUntilWhatLiesHigherInTheLogIsRead() {
        var higher = new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 0, 1);
        var queue = withLevels(2, RecoveredLevel.fresh(), higher);
        scene.subscribe(queue, ALICE, 10);

        assertThat(delivered(scene.arrive(queue, Place.of(0, 0)))).isEmpty();

        var fetched = new QueueCommand.Fetched(
                Place.of(1, 0), List.of(new Arrival(Place.of(1, 0), message(1))), Place.of(1, 1));
        assertThat(delivered(queue.on(fetched, scene.now))).containsExactly(Place.of(1, 0), Place.of(0, 0));
    }

    @Test
    void eachLevelIsSettledByItself() {
        var queue = withLevels(2);
        scene.arrive(queue, Place.of(1, 0), Place.of(1, 1), Place.of(0, 0));
        scene.subscribe(queue, ALICE, 10);

        queue.on(QueueScene.ack(ALICE, Place.of(1, 0), Place.of(0, 0)), scene.now);

        assertThat(queue.levels()).extracting(level -> level.ledger().floor()).containsExactly(1L, 1L);
        assertThat(queue.unackedCount()).isEqualTo(1);
    }

    @Test
    void aPurgeRemovesAllLevels() {
        var queue = withLevels(3);
        scene.arrive(queue, Place.of(0, 0), Place.of(2, 0));

        assertThat(queue.on(new QueueCommand.Purge(ALICE, 7), scene.now))
                .contains(new QueueEffect.AnswerPurge(ALICE, 7, 2));
        assertThat(queue.ready()).isZero();
    }
}
