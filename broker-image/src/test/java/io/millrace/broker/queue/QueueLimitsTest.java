package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.Message;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What a queue removes by itself. */
class QueueLimitsTest {
    private static final long NOW = 1_000;

    private static QueueMachine queue(QueueLimits limits) {
        return new QueueMachine(limits, new SettlementLedger(0), 100, 0, 0);
    }

    private static Message message(long expiresAtMs) {
        return new Message("", "q", new byte[2], new byte[5], expiresAtMs, NOW);
    }

    @Test
    void theOldestAreDroppedBeyondTheLongestLength() {
        var queue = queue(QueueLimits.standard(true, true).with(2, false));

        var effects = new ArrayList<QueueEffect>();
        for (long offset = 0; offset < 4; offset++) {
            effects.addAll(queue.on(new QueueCommand.Appended(offset, message(Message.NEVER)), NOW));
        }

        assertThat(effects.stream()
                        .filter(QueueEffect.DeadLetter.class::isInstance)
                        .map(QueueEffect.DeadLetter.class::cast))
                .extracting(QueueEffect.DeadLetter::offset, QueueEffect.DeadLetter::reason)
                .containsExactly(tuple(0L, DeathReason.MAXLEN), tuple(1L, DeathReason.MAXLEN));
        assertThat(queue.ready()).isEqualTo(2);
    }

    @Test
    void aMessageThatExpiresAtOnceWaitsForNobody() {
        var queue = queue(QueueLimits.standard(true, false));

        queue.on(new QueueCommand.Appended(0, message(NOW)), NOW);

        assertThat(queue.ready()).isZero();
        assertThat(queue.ledger().isSettled(0)).isTrue();
    }
}
