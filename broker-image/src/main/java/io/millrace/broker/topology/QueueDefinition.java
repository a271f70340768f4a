package io.millrace.broker.topology;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A queue. One of kind {@link QueueKind#DELAY} has the name of its exchange, whose entry it is a part of.
 *
 * @param durable as kept: an exclusive queue is never durable, whatever was asked
 * @param exclusiveOwner the connection that alone may use it, by its id; absent for shared queues
 * @param autoDelete it goes when its last consumer goes
 * @param qid 64-bit id, never given to another queue
 * @param topic where its messages lie; absent for a {@link QueueKind#MEMORY} queue
 * @param slot the slot whose owner serves it
 * @param incarnation 1 for the first queue of this name, then counting
 * @param homePod the pod that holds a {@link QueueKind#MEMORY} queue; absent otherwise
 * @param history what it was before it was changed
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
        @Nullable String homePod,
        QueueHistory history)
        implements TopologyEntry {
    public QueueDefinition {
        if ((kind == QueueKind.MEMORY) != (topic == null) || (kind == QueueKind.MEMORY) != (homePod != null)) {
            throw new IllegalArgumentException("a queue lies in a topic or in the memory of a pod");
        }
    }

    /** A queue as it is declared. */
    public QueueDefinition(
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
            @Nullable String homePod) {
        this(
                vhost,
                name,
                durable,
                exclusiveOwner,
                autoDelete,
                arguments,
                kind,
                qid,
                topic,
                slot,
                incarnation,
                homePod,
                QueueHistory.NONE);
    }

    /** The same queue with other arguments, which keeps its messages where they are. */
    QueueDefinition with(FieldTable changed, QueueHistory past) {
        return with(changed, topic, incarnation, past);
    }

    /** The same queue with other arguments, which writes to another topic from now on. */
    QueueDefinition with(FieldTable changed, @Nullable String newTopic, int life, QueueHistory past) {
        return new QueueDefinition(
                vhost,
                name,
                durable,
                exclusiveOwner,
                autoDelete,
                changed,
                kind,
                qid,
                newTopic,
                slot,
                life,
                homePod,
                past);
    }

    /** All topics with messages of it: former ones, the oldest first, and then its own. */
    public List<String> topics() {
        return Stream.concat(history.formerLogs().stream().map(QueueHistory.FormerLog::topic), Stream.ofNullable(topic))
                .toList();
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
    public Optional<QueueDefinition> queue() {
        return Optional.of(this);
    }

    @Override
    public TopologyKey.OfQueue key() {
        return new TopologyKey.OfQueue(vhost, name);
    }

    /** How it stands in the log, in RabbitMQ's words. */
    @Override
    public String toString() {
        return Refusals.text(vhost, name);
    }
}
