package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a queue removes by itself. */
class QueueRulesTest {
    private static final long NOW = 1_000;

    private static QueueMachine queue(QueueRules rules) {
        return new QueueMachine(
                rules,
                QueueLimits.STANDARD,
                List.of(new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 100, 0)),
                0);
    }

    private static Message message(long expiresAtMs) {
        return new Message("", "q", new byte[2], new byte[5], expiresAtMs, NOW);
    }

    @Test
    void theOldestAreDroppedBeyondTheLongestLength() {
        var queue = queue(QueueRules.plain(true).withDeadLetters().withMaxLength(2));

        var effects = new ArrayList<QueueEffect>();
        for (long offset = 0; offset < 4; offset++) {
            effects.addAll(queue.on(new QueueCommand.Appended(offset, message(Message.NEVER)), NOW));
        }

        assertThat(effects.stream()
                        .filter(QueueEffect.DeadLetter.class::isInstance)
                        .map(QueueEffect.DeadLetter.class::cast))
                .extracting(QueueEffect.DeadLetter::place, QueueEffect.DeadLetter::reason)
                .containsExactly(tuple(0L, DeathReason.MAXLEN), tuple(1L, DeathReason.MAXLEN));
        assertThat(queue.ready()).isEqualTo(2);
    }

    @Test
    void whatWaitsOnlyForThePromiseToLaterOwnersIsNotDropped() {
        var fresh = RecoveredLevel.fresh();
        var queue = new QueueMachine(
                QueueRules.plain(true).withDeadLetters().withMaxLength(0), QueueLimits.STANDARD, List.of(fresh), 0);
        var consumer = new Consumer(new ConsumerId(QueueScene.ALICE, "c"), 1, false, 0);
        queue.on(new QueueCommand.Subscribe(consumer, false), NOW);

        var effects = queue.on(new QueueCommand.Appended(0, message(Message.NEVER)), NOW);
        assertThat(effects).noneMatch(QueueEffect.DeadLetter.class::isInstance);

        effects = queue.on(new QueueCommand.BoundDurable(4_096), NOW);
        assertThat(QueueScene.delivered(effects)).containsExactly(0L);
        effects = queue.on(new QueueCommand.Appended(1, message(Message.NEVER)), NOW);
        assertThat(effects).anyMatch(QueueEffect.DeadLetter.class::isInstance);
    }

    @Test
    void aMessageThatExpiresAtOnceWaitsForNobody() {
        var queue = queue(QueueRules.plain(true));

        queue.on(new QueueCommand.Appended(0, message(NOW)), NOW);

        assertThat(queue.ready()).isZero();
        assertThat(queue.levels().getFirst().ledger().isSettled(0)).isTrue();
    }

    private static List<QueueEffect> tick(QueueMachine queue, long at) {
        return queue.on(new QueueCommand.Tick(), at);
    }

    private static QueueMachine leased() {
        var queue = queue(QueueRules.plain(true).withLease(100));
        assertThat(tick(queue, NOW)).containsExactly(new QueueEffect.WakeAt(NOW + 100));
        return queue;
    }

    @Test
    void aQueueThatNobodyUsesExpires() {
        var queue = leased();

        assertThat(tick(queue, NOW + 99)).doesNotContain(new QueueEffect.LeaseOver());
        assertThat(tick(queue, NOW + 100)).contains(new QueueEffect.LeaseOver());
        assertThat(tick(queue, NOW + 199)).doesNotContain(new QueueEffect.LeaseOver());
        assertThat(tick(queue, NOW + 200)).as("until it is gone").contains(new QueueEffect.LeaseOver());
    }

    @Test
    void aDeclarationOrAGetRenewsTheLeaseAndAMessageDoesNot() {
        var queue = leased();

        queue.on(new QueueCommand.Declared(), NOW + 60);
        queue.on(new QueueCommand.Get(QueueScene.ALICE, 1, true), NOW + 120);
        queue.on(new QueueCommand.Appended(0, message(Message.NEVER)), NOW + 180);

        assertThat(tick(queue, NOW + 219)).doesNotContain(new QueueEffect.LeaseOver());
        assertThat(tick(queue, NOW + 220)).contains(new QueueEffect.LeaseOver());
    }

    @Test
    void theLeaseBeginsWhenTheLastConsumerGoes() {
        var queue = leased();
        var consumer = new Consumer(new ConsumerId(QueueScene.ALICE, "a"), 0, false, 0);
        queue.on(new QueueCommand.Subscribe(consumer, false), NOW);
        assertThat(tick(queue, NOW + 1_000)).doesNotContain(new QueueEffect.LeaseOver());

        var effects = queue.on(new QueueCommand.Cancelled(consumer.id()), NOW + 2_000);

        assertThat(effects).doesNotContain(new QueueEffect.LeaseOver()).contains(new QueueEffect.WakeAt(NOW + 2_100));
        assertThat(tick(queue, NOW + 2_100)).contains(new QueueEffect.LeaseOver());
    }

    @Test
    void aNewOwnerGivesTheWholeLeaseAfterSessionsHadTheirTime() {
        var queue = new QueueMachine(
                QueueRules.plain(true).withLease(100),
                QueueLimits.STANDARD,
                List.of(new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 100, 0)),
                NOW + 300);
        tick(queue, NOW);

        assertThat(tick(queue, NOW + 399)).doesNotContain(new QueueEffect.LeaseOver());
        assertThat(tick(queue, NOW + 400)).contains(new QueueEffect.LeaseOver());
    }

    private static QueueMachine refusing(long length) {
        return queue(QueueRules.plain(true).withMaxLength(length).withOverflow(Overflow.REJECT_PUBLISH));
    }

    @Test
    void aLimitOfBytesThatIsNewCountsWhatIsThere() {
        var queue = queue(QueueRules.plain(true));
        for (long offset = 0; offset < 5; offset++) {
            queue.on(new QueueCommand.Appended(offset, message(Message.NEVER)), NOW);
        }

        queue.on(new QueueCommand.RulesChanged(QueueRules.plain(true).withMaxLengthBytes(12)), NOW);

        assertThat(queue.ready()).isEqualTo(2);
    }

    @Test
    void whatIsOnItsWayCountsForTheLength() {
        var queue = refusing(3);
        queue.on(new QueueCommand.Appended(0, message(Message.NEVER)), NOW);

        assertThat(queue.admits(message(Message.NEVER))).isTrue();
        assertThat(queue.admits(message(Message.NEVER))).isTrue();
        assertThat(queue.admits(message(Message.NEVER))).isFalse();
        queue.gate().ended(message(Message.NEVER));
        assertThat(queue.admits(message(Message.NEVER)))
                .as("one was not written")
                .isTrue();
    }

    @Test
    void whatIsUnacknowledgedDoesNotCount() {
        var queue = refusing(1);
        queue.on(new QueueCommand.Appended(0, message(Message.NEVER)), NOW);
        assertThat(queue.admits(message(Message.NEVER))).isFalse();

        queue.on(new QueueCommand.Get(QueueScene.ALICE, 1, false), NOW);

        assertThat(queue.admits(message(Message.NEVER))).isTrue();
    }

    @Test
    void aQueueThatRefusesDropsNothing() {
        var queue = refusing(1);

        for (long offset = 0; offset < 3; offset++) {
            queue.on(new QueueCommand.Appended(offset, message(Message.NEVER)), NOW);
        }

        assertThat(queue.ready()).isEqualTo(3);
    }

    @Test
    void aLengthOfZeroAdmitsNothing() {
        assertThat(refusing(0).admits(message(Message.NEVER))).isFalse();
    }

    @Test
    void aQueueThatIsTooLongNowDropsItsHead() {
        var queue = queue(QueueRules.plain(true));
        for (long offset = 0; offset < 5; offset++) {
            queue.on(new QueueCommand.Appended(offset, message(Message.NEVER)), NOW);
        }

        var effects = queue.on(
                new QueueCommand.RulesChanged(
                        QueueRules.plain(true).withDeadLetters().withMaxLength(3)),
                NOW);

        assertThat(effects).filteredOn(QueueEffect.DeadLetter.class::isInstance).hasSize(2);
        assertThat(queue.ready()).isEqualTo(3);
    }

    @Test
    void aLeaseBeginsWhenThereIsOneAndGoesOnWhenItsLengthIsTheSame() {
        var queue = queue(QueueRules.plain(true));
        var leased = new QueueCommand.RulesChanged(QueueRules.plain(true).withLease(100));

        queue.on(leased, NOW);
        queue.on(leased, NOW + 50);
        assertThat(tick(queue, NOW + 99)).doesNotContain(new QueueEffect.LeaseOver());
        assertThat(tick(queue, NOW + 100)).contains(new QueueEffect.LeaseOver());

        queue.on(new QueueCommand.RulesChanged(QueueRules.plain(true)), NOW + 110);
        assertThat(tick(queue, NOW + 500)).doesNotContain(new QueueEffect.LeaseOver());
    }

    @Test
    void whatIsOnItsWayCountsWhenRefusingBegins() {
        var queue = queue(QueueRules.plain(true));
        assertThat(queue.admits(message(Message.NEVER))).isTrue();

        queue.on(
                new QueueCommand.RulesChanged(
                        QueueRules.plain(true).withMaxLength(1).withOverflow(Overflow.REJECT_PUBLISH)),
                NOW);

        assertThat(queue.admits(message(Message.NEVER))).isFalse();
    }
}
