package io.millrace.operator.status;

import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.MigrationState;
import io.millrace.api.v1alpha1.Queue;
import io.millrace.api.v1alpha1.QueueMigration;
import io.millrace.api.v1alpha1.QueueStatus;
import io.millrace.api.v1alpha1.ResetStatus;
import io.millrace.operator.intent.QueueIntent;
import io.millrace.operator.plan.QueueFacts;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a Queue shows of its queue. Figures that differ little from those shown stay as they are: a status is not a counter. */
public final class QueueStatuses {
    private QueueStatuses() {}

    /** Whether a queue differs enough from what is shown of it. */
    public static boolean differs(QueueStatus shown, QueueFacts facts) {
        return facts.counted()
                && (LagDisplay.differs(shown.ready(), facts.ready())
                        || LagDisplay.differs(shown.unacked(), facts.unacked())
                        || !Objects.equals(shown.consumers(), facts.consumers())
                        || !Objects.equals(Objects.requireNonNullElse(shown.owner(), ""), facts.owner())
                        || differs(shown.migration(), facts.migration()));
    }

    private static boolean differs(@Nullable QueueMigration shown, Optional<QueueFacts.Migration> found) {
        if (shown == null || found.isEmpty()) {
            return (shown == null) == found.isPresent();
        }
        return shown.state() != state(found.get())
                || LagDisplay.differs(shown.messagesLeft(), found.get().messagesLeft());
    }

    private static MigrationState state(QueueFacts.Migration migration) {
        return migration.switched() ? MigrationState.Draining : MigrationState.Switching;
    }

    /**
     * Returns what is shown from now on.
     *
     * @param adopted whether the queue was made for this object, or was once as it says
     */
    public static QueueStatus of(
            Queue queue, Optional<QueueFacts> found, long generation, List<Condition> conditions, boolean adopted) {
        var old = queue.getStatus();
        if (found.isEmpty()) {
            return new QueueStatus(
                    generation,
                    conditions,
                    QueueIntent.nameOf(queue),
                    null,
                    null,
                    null,
                    null,
                    adopted ? true : null,
                    null,
                    old == null ? null : old.bound(),
                    old == null ? null : old.rewind());
        }
        var facts = found.get();
        if (old != null && !differs(old, facts)) { // also when its owner does not answer just now: what was known stays
            return with(queue, old, generation, conditions, adopted);
        }
        return new QueueStatus(
                generation,
                conditions,
                QueueIntent.nameOf(queue),
                facts.counted() ? (Long) facts.ready() : null,
                facts.counted() ? (Long) facts.unacked() : null,
                facts.counted() ? (Integer) facts.consumers() : null,
                facts.owner().isEmpty() ? null : facts.owner(),
                adopted ? true : null,
                facts.migration()
                        .map(migration -> new QueueMigration(state(migration), migration.messagesLeft()))
                        .orElse(null),
                queue.getSpec().bindings(),
                old == null ? null : old.rewind());
    }

    /** The same, with what there is to be said about a rewind. */
    public static QueueStatus with(@Nullable ResetStatus rewind, QueueStatus status) {
        return new QueueStatus(
                status.observedGeneration(),
                status.conditions(),
                status.queueName(),
                status.ready(),
                status.unacked(),
                status.consumers(),
                status.owner(),
                status.adopted(),
                status.migration(),
                status.bound(),
                rewind);
    }

    private static QueueStatus with(
            Queue queue, QueueStatus old, long generation, List<Condition> conditions, boolean adopted) {
        return new QueueStatus(
                generation,
                conditions,
                QueueIntent.nameOf(queue),
                old.ready(),
                old.unacked(),
                old.consumers(),
                old.owner(),
                adopted ? true : null,
                old.migration(),
                queue.getSpec().bindings(),
                old.rewind());
    }
}
