package io.millrace.broker.topology;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A queue.
 *
 * @param durable as kept: an exclusive queue is never durable, whatever was asked
 * @param exclusiveOwner the connection that alone may use it, by its id; absent for shared queues
 * @param autoDelete it goes when its last consumer goes
 * @param qid 64-bit id, never given to another queue
 * @param topic where its messages lie; absent for a {@link QueueKind#MEMORY} queue
 * @param slot the slot whose owner serves it
 * @param incarnation 1 for the first queue of this name, then counting
 * @param homePod the pod that holds a {@link QueueKind#MEMORY} queue; absent otherwise
 */
public record QueueDefinition(
        VirtualHostName vhost,
        QueueName name,
        boolean durable,
        @Nullable String exclusiveOwner,
        boolean autoDelete,
        FieldTable arguments,
        QueueKind kind,
        long qid,
        @Nullable String topic,
        int slot,
        int incarnation,
        @Nullable String homePod)
        implements TopologyEntry {
    public QueueDefinition {
        if ((kind == QueueKind.MEMORY) != (topic == null) || (kind == QueueKind.MEMORY) != (homePod != null)) {
            throw new IllegalArgumentException("a queue lies in a topic or in the memory of a pod");
        }
    }

    /** The type clients see: {@code classic}, {@code quorum} or {@code stream}. */
    public QueueType type() {
        return QueueType.of(arguments);
    }

    public boolean isExclusive() {
        return exclusiveOwner != null;
    }

    public Optional<String> owner() {
        return Optional.ofNullable(exclusiveOwner);
    }

    @Override
    public TopologyKey.OfQueue key() {
        return new TopologyKey.OfQueue(vhost, name);
    }
}
