package io.millrace.operator.apply;

import io.millrace.api.v1alpha1.Queue;
import io.millrace.api.v1alpha1.ResetStatus;
import io.millrace.operator.client.BrokerAdmin;
import io.millrace.operator.client.QueueAdmin;
import io.millrace.operator.intent.QueueIntent;
import io.millrace.operator.intent.RewindIntent;
import io.millrace.operator.plan.reset.OneShot;
import io.millrace.operator.plan.reset.ResetStatuses;
import io.millrace.operator.plan.reset.RewindPlanner;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** Carries out rewinds of queues, each at most once. */
public final class QueueRewinds {

    private final Events events;
    private final Clock clock;

    public QueueRewinds(Events events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    /** Whether there is a rewind that may still be done. */
    public boolean isPending(Queue queue, RewindIntent intent) {
        var status = queue.getStatus();
        return status == null
                || !ResetStatuses.isFinal(status.rewind(), shot(queue, intent), intent.when(), clock.instant());
    }

    /** Does what can be done now, and returns what is to be said of it. */
    public ResetStatus look(Queue queue, RewindIntent intent, BrokerAdmin brokers, QueueAdmin queues) {
        var shot = shot(queue, intent);
        var mark = brokers.journal().read().of(shot.key());
        return RewindPlanner.decide(intent, shot, mark, clock.instant())
                .or(() -> new Attempts(brokers.journal(), clock)
                        .once(shot, Map.of(), () -> rewind(queue, intent, queues))
                        .map(refused -> ResetStatuses.waiting(shot, refused)))
                .orElseGet(() -> told(queue, shot, intent));
    }

    private static Optional<String> rewind(Queue queue, RewindIntent intent, QueueAdmin queues) {
        try {
            queues.rewind(QueueIntent.vhostOf(queue), QueueIntent.nameOf(queue), intent.to());
            return Optional.empty();
        } catch (FailureException e) {
            if (e.failure() instanceof Failure.Rejected(var message)) {
                return Optional.of(message);
            }
            throw e;
        }
    }

    private ResetStatus told(Queue queue, OneShot shot, RewindIntent intent) {
        var done = ResetStatuses.rewound(shot, intent.to(), clock.instant());
        events.normal(queue, "QueueRewound", String.valueOf(done.message()));
        return done;
    }

    private static OneShot shot(Queue queue, RewindIntent intent) {
        return OneShot.of("queue/" + QueueIntent.vhostOf(queue) + "/" + QueueIntent.nameOf(queue), intent.content());
    }
}
