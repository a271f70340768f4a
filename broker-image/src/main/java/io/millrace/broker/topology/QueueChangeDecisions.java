package io.millrace.broker.topology;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.topology.Permission.Operation;
import io.millrace.broker.topology.TopologyCommand.ChangeQueue;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Decides about changes of a queue that lives, which {@code queue.declare} refuses. Where its messages lie in the log depends on few arguments; with one of those the
 * queue writes to a new topic from then on, and keeps the one it had until all in there is settled.
 */
final class QueueChangeDecisions {
    private static final Set<String> OF_THE_LOG = Set.of("x-max-priority", QueueArguments.SHARDS);

    private final Topology topology;
    private final Allocation allocation;

    QueueChangeDecisions(Topology topology, Allocation allocation) {
        this.topology = topology;
        this.allocation = allocation;
    }

    Decision change(ChangeQueue command) {
        var name = new QueueName(Names.stripped(command.queue()));
        AccessControl.require(topology, command.actor(), Operation.CONFIGURE, command.vhost(), name);
        var queue = Names.vhost(topology, command.vhost())
                .queue(name)
                .orElseThrow(() -> Refusals.noQueue(command.vhost(), name));
        QueueDecisions.requireUnlocked(command.actor(), queue);
        var arguments = QueueArguments.withType(command.arguments());
        if (arguments.equals(queue.arguments())) {
            return new Decision.Accepted(List.of(), new Decision.Reply.Declared(queue, false));
        }
        new QueueDecisions(topology, allocation)
                .requireFit(
                        command.actor(),
                        command.vhost(),
                        name,
                        arguments,
                        queue.durable(),
                        queue.isExclusive(),
                        queue.autoDelete());
        requireNoStream(queue, arguments);
        requireKeysStay(queue, arguments);
        var past = queue.history().declaredOnceWith(queue.arguments());
        var changed =
                isSameLog(queue.arguments(), arguments) ? queue.with(arguments, past) : moved(queue, arguments, past);
        return new Decision.Accepted(
                List.of(new TopologyEvent.Put(changed)), new Decision.Reply.Declared(changed, false));
    }

    private QueueDefinition moved(QueueDefinition queue, FieldTable arguments, QueueHistory past) {
        var topic = queue.topic();
        if (topic == null) {
            throw refused(
                    queue, "its messages are in memory only, where they cannot be sorted anew; declare another queue");
        }
        if (!past.switched()) {
            throw refused(queue, "its last change is not complete yet; try again in a moment");
        }
        if (past.isWornOut()) {
            throw refused(queue, "it has moved %d times; declare another queue".formatted(past.logNumber()));
        }
        if (past.isFull()) {
            throw refused(
                    queue,
                    "messages from before its last %d changes are not all settled; let consumers take them first"
                            .formatted(past.formerLogs().size()));
        }
        int life = Math.max(allocation.incarnation(), queue.incarnation() + 1);
        return queue.with(
                arguments,
                LogNames.queueTopic(queue.vhost(), queue.name(), life),
                life,
                past.leaving(topic, queue.arguments()));
    }

    private static boolean isSameLog(FieldTable one, FieldTable two) {
        return OF_THE_LOG.stream().allMatch(key -> Objects.equals(one.get(key), two.get(key)));
    }

    private static void requireNoStream(QueueDefinition queue, FieldTable arguments) {
        if (queue.kind() == QueueKind.STREAM) {
            throw refused(
                    queue, "a stream's arguments stay as they were declared; policies can limit its age and size");
        }
        if (QueueType.of(arguments) == QueueType.STREAM) {
            throw refused(queue, "a stream keeps what was read and a queue does not; declare a stream beside it");
        }
    }

    private static void requireKeysStay(QueueDefinition queue, FieldTable arguments) {
        if (hasKeys(queue.arguments()) != hasKeys(arguments)) {
            throw refused(
                    queue,
                    "what is in it was put in order by key, or was not, and cannot be mixed with the other; declare another queue");
        }
    }

    private static boolean hasKeys(FieldTable arguments) {
        return arguments.get(QueueArguments.SHARDS).isPresent();
    }

    private static ChannelError refused(QueueDefinition queue, String reason) {
        return Refusals.precondition("cannot change " + Refusals.text(queue.vhost(), queue.name()) + ": " + reason);
    }

    /** What a queue becomes when every pod writes to its topic; nothing if it is not there any more. */
    static Decision switchOver(Optional<QueueDefinition> queue) {
        return put(queue.filter(changed -> !changed.history().switched())
                .map(changed ->
                        changed.with(changed.arguments(), changed.history().switchedOver())));
    }

    /** What a queue becomes without a former log; nothing if it is not there any more. */
    static Decision leave(Optional<QueueDefinition> queue, String topic) {
        return put(queue.filter(changed -> changed.history().formerLogs().stream()
                        .anyMatch(log -> log.topic().equals(topic)))
                .map(changed ->
                        changed.with(changed.arguments(), changed.history().without(topic))));
    }

    private static Decision put(Optional<QueueDefinition> queue) {
        return new Decision.Accepted(
                queue.<List<TopologyEvent>>map(changed -> List.of(new TopologyEvent.Put(changed)))
                        .orElse(List.of()),
                new Decision.Reply.Done());
    }
}
