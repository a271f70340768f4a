package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.queue.QueueCommand.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A queue that writes to another log from some moment on: its levels 0 (before) and 64 (after). */
class MovedQueueTest {
    private static final SessionId ALICE = new SessionId("pod", 1);
    private static final long AFTER = Place.of(64, 0);

    private final QueueMachine queue = new QueueMachine(
            QueueRules.plain(true),
            QueueLimits.STANDARD,
            0,
            List.of(new PlacedLevel(0, 0, false, RecoveredLevel.fresh())));
    private final List<Long> delivered = new ArrayList<>();

    @BeforeEach
    void consume() {
        on(new QueueCommand.BoundDurable(1_000));
        on(new QueueCommand.Subscribe(new Consumer(new ConsumerId(ALICE, "c"), 1, false, 0), false));
    }

    private void on(QueueCommand command) {
        for (var effect : queue.on(command, 0)) {
            if (effect instanceof QueueEffect.Deliver deliver) {
                delivered.add(deliver.place());
            }
        }
    }

    private void ack(long place) {
        on(new QueueCommand.Settled(ALICE, new long[] {place}, Outcome.ACK));
    }

    private void levels(PlacedLevel... levels) {
        on(new QueueCommand.LevelsChanged(List.of(levels)));
        on(new QueueCommand.BoundDurable(Place.of(64, 1_000)));
    }

    private static PlacedLevel level(int number, boolean held) {
        return new PlacedLevel(number, number / 64, held, RecoveredLevel.fresh());
    }

    @Test
    void whatLiesInTheFormerLogComesFirst() {
        on(new QueueCommand.Appended(0, QueueScene.message()));
        on(new QueueCommand.Appended(1, QueueScene.message()));
        levels(level(64, false), level(0, false));
        on(new QueueCommand.Appended(AFTER, QueueScene.message()));

        ack(0);
        ack(1);

        assertThat(delivered).containsExactly(0L, 1L, AFTER);
    }

    @Test
    void nothingIsDeliveredFromTheNewLogBeforeEveryPodWritesThere() {
        levels(level(64, true), level(0, false));
        on(new QueueCommand.Appended(AFTER, QueueScene.message()));
        assertThat(delivered).isEmpty();

        on(new QueueCommand.Appended(0, QueueScene.message()));
        ack(0);
        levels(level(64, false), level(0, false));

        assertThat(delivered).containsExactly(0L, AFTER);
    }

    @Test
    void aGetWaitsForWhatIsHeld() {
        levels(level(64, true), level(0, false));
        on(new QueueCommand.Cancelled(new ConsumerId(ALICE, "c")));
        on(new QueueCommand.Appended(AFTER, QueueScene.message()));

        assertThat(queue.on(new QueueCommand.Get(ALICE, 1, true), 0))
                .noneMatch(QueueEffect.AnswerGet.class::isInstance);
        assertThat(queue.on(new QueueCommand.LevelsChanged(List.of(level(64, false), level(0, false))), 0))
                .isNotEmpty();
    }

    @Test
    void whatComesBackFromTheFormerLogKeepsItsPlace() {
        on(new QueueCommand.Appended(0, QueueScene.message()));
        levels(level(64, false), level(0, false));
        on(new QueueCommand.Appended(AFTER, QueueScene.message()));

        on(new QueueCommand.Settled(ALICE, new long[] {0}, Outcome.REQUEUE));
        ack(0);

        assertThat(delivered).containsExactly(0L, 0L, AFTER);
    }

    @Test
    void messagesOfBothLogsCount() {
        on(new QueueCommand.Cancelled(new ConsumerId(ALICE, "c")));
        on(new QueueCommand.Appended(0, QueueScene.message()));
        levels(level(64, true), level(0, false));
        on(new QueueCommand.Appended(AFTER, QueueScene.message()));

        assertThat(queue.ready()).isEqualTo(2);
    }

    @Test
    void theFormerLogGoesWhenAllInItIsSettled() {
        on(new QueueCommand.Appended(0, QueueScene.message()));
        ack(0);
        levels(level(64, false), level(0, false));

        levels(level(64, false));
        on(new QueueCommand.Appended(AFTER, QueueScene.message()));

        assertThat(queue.levels()).hasSize(1);
        assertThat(delivered).containsExactly(0L, AFTER);
    }
}
