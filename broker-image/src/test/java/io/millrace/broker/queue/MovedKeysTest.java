package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Arrival;
import io.millrace.broker.queue.QueueCommand.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Queues with group keys whose number of shards was changed: level 0 before, 64 after. */
class MovedKeysTest {
    private static final SessionId ALICE = new SessionId("pod", 1);
    private static final Consumer CONSUMER = new Consumer(new ConsumerId(ALICE, "c"), 0, false, 0);
    private static final long AFTER = Place.of(64, 0);
    private static final QueueRules RULES = QueueRules.plain(true).withPartitioning(new Shards(1));

    private final List<Long> delivered = new ArrayList<>();

    private QueueMachine queue(long formerEnd, long notBefore) {
        var former = new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 0, formerEnd);
        var queue = new QueueMachine(
                RULES,
                QueueLimits.STANDARD,
                notBefore,
                List.of(new PlacedLevel(0, 0, false, former), new PlacedLevel(64, 1, false, RecoveredLevel.fresh())));
        on(queue, new QueueCommand.BoundDurable(Place.of(0, 1_000)));
        on(queue, new QueueCommand.BoundDurable(Place.of(64, 1_000)));
        on(queue, new QueueCommand.Subscribe(CONSUMER, false));
        return queue;
    }

    private void on(QueueMachine queue, QueueCommand command) {
        for (var effect : queue.on(command, 0)) {
            if (effect instanceof QueueEffect.Deliver deliver) {
                delivered.add(deliver.place());
            }
        }
    }

    private static Message message(String key) {
        return new Message("", key, new byte[2], new byte[1], Message.NEVER, 0);
    }

    private void arrive(QueueMachine queue, long place, String key) {
        on(queue, new QueueCommand.Appended(place, message(key)));
    }

    private void settle(QueueMachine queue, Outcome outcome, long... places) {
        on(queue, new QueueCommand.Settled(ALICE, places, outcome));
    }

    @Test
    void aKeyWaitsForItsMessagesInTheFormerTopicAndOthersDoNot() {
        var queue = queue(0, 0);
        arrive(queue, 0, "a");
        arrive(queue, 1, "a");
        arrive(queue, AFTER, "a");
        arrive(queue, AFTER + 1, "b");
        assertThat(delivered).containsExactly(0L, AFTER + 1);

        settle(queue, Outcome.ACK, 0);
        assertThat(delivered).endsWith(1L);
        settle(queue, Outcome.REQUEUE, 1);
        assertThat(delivered).endsWith(1L, 1L);
        settle(queue, Outcome.ACK, 1);

        assertThat(delivered).endsWith(AFTER);
    }

    @Test
    void nothingGoesWhileTheFormerTopicIsNotRead() {
        var queue = queue(2, 0);
        arrive(queue, AFTER, "a");
        arrive(queue, AFTER + 1, "b");
        assertThat(delivered).isEmpty();

        on(queue, new QueueCommand.Fetched(0, List.of(new Arrival(0, message("a")), new Arrival(1, message("c"))), 2));
        assertThat(delivered).containsExactly(0L, 1L);
        on(
                queue,
                new QueueCommand.Fetched(
                        AFTER,
                        List.of(new Arrival(AFTER, message("a")), new Arrival(AFTER + 1, message("b"))),
                        AFTER + 2));

        assertThat(delivered).containsExactly(0L, 1L, AFTER + 1);
    }

    @Test
    void whatIsHeldOfTheNewTopicProvesThatTheFormerOneIsDoneWithThatKey() {
        var queue = queue(2, 1_000);
        arrive(queue, AFTER, "a");
        on(queue, new QueueCommand.HandBack(ALICE, "c", new long[] {AFTER}));
        on(queue, new QueueCommand.HandedBack());
        on(queue, new QueueCommand.Fetched(AFTER, List.of(new Arrival(AFTER, message("a"))), AFTER + 1));

        on(queue, new QueueCommand.Fetched(0, List.of(new Arrival(0, message("a")), new Arrival(1, message("b"))), 2));

        assertThat(delivered).containsExactly(1L);
        assertThat(queue.levels().getFirst().ledger().isSettled(0)).isTrue();
        assertThat(queue.unackedCount()).isEqualTo(2);
    }
}
