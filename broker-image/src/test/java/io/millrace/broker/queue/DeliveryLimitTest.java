package io.millrace.broker.queue;

import static io.millrace.broker.queue.QueueScene.ALICE;
import static io.millrace.broker.queue.QueueScene.ack;
import static io.millrace.broker.queue.QueueScene.arrivals;
import static io.millrace.broker.queue.QueueScene.delivered;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.queue.QueueCommand.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Messages that come back again and again. */
class DeliveryLimitTest {
    private final QueueScene scene = new QueueScene();

    private QueueMachine queue(QueueRules rules, ReturnCounts returns, long logEnd) {
        return new QueueMachine(
                rules,
                QueueLimits.STANDARD,
                List.of(new RecoveredLevel(new SettlementLedger(0), returns, 1_000, logEnd)),
                0);
    }

    private QueueMachine limited(long limit) {
        var queue = queue(QueueRules.plain(true).withDeadLetters().withDeliveryLimit(limit), new ReturnCounts(), 0);
        scene.arrive(queue, 0, 1);
        return queue;
    }

    private List<QueueEffect> comeBack(QueueMachine queue) {
        return queue.on(new QueueCommand.Settled(ALICE, new long[] {0}, Outcome.REQUEUE), scene.now);
    }

    private static List<Integer> counts(List<QueueEffect> effects) {
        return effects.stream()
                .filter(QueueEffect.Deliver.class::isInstance)
                .map(effect -> ((QueueEffect.Deliver) effect).deliveryCount())
                .toList();
    }

    @Test
    void aMessageThatCameBackOnceTooOftenIsDead() {
        var queue = limited(2);
        assertThat(counts(scene.subscribe(queue, ALICE, 1))).containsExactly(0);
        assertThat(counts(comeBack(queue))).containsExactly(1);
        assertThat(counts(comeBack(queue))).containsExactly(2);

        var effects = comeBack(queue);

        assertThat(delivered(effects)).as("the next one").containsExactly(1L);
        assertThat(effects).contains(new QueueEffect.DeadLetter(0, QueueScene.message(), DeathReason.DELIVERY_LIMIT));
    }

    @Test
    void aLostSessionCountsAsAReturn() {
        var queue = limited(0);
        scene.subscribe(queue, ALICE, 0);

        var effects = queue.on(new QueueCommand.SessionClosed(ALICE), scene.now);

        assertThat(effects).filteredOn(QueueEffect.DeadLetter.class::isInstance).hasSize(2);
    }

    @Test
    void withoutALimitItOnlyCounts() {
        var queue = limited(QueueRules.NO_LIMIT);
        scene.subscribe(queue, ALICE, 1);
        for (int i = 1; i < 100; i++) {
            assertThat(counts(comeBack(queue))).containsExactly(i);
        }
    }

    @Test
    void aNewOwnerGoesOnCounting() {
        var returns = new ReturnCounts();
        returns.restore(new ReturnCounts.Chunk(0, Map.of(0, 2)));
        var queue = queue(QueueRules.plain(true).withDeadLetters().withDeliveryLimit(2), returns, 2);
        scene.subscribe(queue, ALICE, 1);

        var effects = queue.on(new QueueCommand.Fetched(0, arrivals(0, 1), 2), scene.now);

        assertThat(counts(effects)).containsExactly(2);
        assertThat(comeBack(queue)).anyMatch(QueueEffect.DeadLetter.class::isInstance);
    }

    @Test
    void aDeliveryOfAnEarlierOwnerThatComesBackCounts() {
        var queue = queue(QueueRules.plain(true).withDeliveryLimit(5), new ReturnCounts(), 2);
        queue.on(new QueueCommand.HandBack(ALICE, "c1", new long[] {0, 1}), scene.now);
        comeBack(queue);
        queue.on(new QueueCommand.SessionClosed(ALICE), scene.now);
        scene.subscribe(queue, QueueScene.BOB, 0);

        assertThat(counts(queue.on(new QueueCommand.Fetched(0, arrivals(0, 1), 2), scene.now)))
                .containsExactly(1, 1);
    }

    @Test
    void onlyCountsOfUnsettledMessagesAreKept() {
        var queue = limited(5);
        scene.subscribe(queue, ALICE, 1);
        comeBack(queue);
        assertThat(queue.levels().getFirst().returns().takeChanges(0))
                .containsExactly(new ReturnCounts.Chunk(0, Map.of(0, 1)));
        assertThat(queue.levels().getFirst().returns().hasChanges()).isFalse();

        queue.on(ack(ALICE, 0), scene.now);

        assertThat(queue.levels().getFirst().returns().takeChanges(1))
                .containsExactly(new ReturnCounts.Chunk(0, Map.of()));
        assertThat(queue.levels().getFirst().returns().takeChanges(1)).isEmpty();
    }

    @Test
    void countsThatCouldNotBeWrittenComeAgain() {
        var returns = new ReturnCounts();
        returns.set(7, 1);
        var lost = returns.takeChanges(0);

        returns.putBack(lost);
        returns.set(8, 3);

        assertThat(returns.takeChanges(0)).containsExactly(new ReturnCounts.Chunk(0, Map.of(7, 1, 8, 3)));
    }

    @Test
    void countsBelowTheFloorAreForgotten() {
        var returns = new ReturnCounts();
        returns.restore(new ReturnCounts.Chunk(0, Map.of(7, 1, 9, 1)));
        returns.restore(new ReturnCounts.Chunk(1, Map.of(5, 1)));
        returns.set(70_000, 1);

        assertThat(returns.takeChanges(65_536 + 6))
                .containsExactly(
                        new ReturnCounts.Chunk(0, Map.of()), new ReturnCounts.Chunk(1, Map.of(70_000 - 65_536, 1)));
        assertThat(returns.of(70_000)).isEqualTo(1);
        assertThat(returns.of(9)).isZero();
    }

    @Test
    void theCountStandsInAHeaderBesideTheOthers() {
        var counted = DeliveryCount.in(QueueScene.message(), 3);

        var headers = Objects.requireNonNull(
                BasicProperties.decode(counted.properties()).headers());
        assertThat(headers.get("x-delivery-count")).contains(new FieldValue.Int64(3));
        assertThat(counted.body()).isEqualTo(QueueScene.message().body());
    }
}
