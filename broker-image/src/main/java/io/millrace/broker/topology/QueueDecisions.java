package io.millrace.broker.topology;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Permission.Operation;
import io.millrace.broker.topology.TopologyCommand.DeclareQueue;
import io.millrace.broker.topology.TopologyCommand.DeleteQueue;
import io.millrace.broker.topology.TopologyCommand.LookUpQueue;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides about queues, in RabbitMQ's order of checks. */
final class QueueDecisions {
    private static final String DEAD_LETTER_EXCHANGE = "x-dead-letter-exchange";

    private final Topology topology;
    private final Allocation allocation;

    QueueDecisions(Topology topology, Allocation allocation) {
        this.topology = topology;
        this.allocation = allocation;
    }

    Decision declare(DeclareQueue command) {
        var arguments = QueueArguments.withType(command.arguments());
        var name = requireName(command, arguments);
        AccessControl.require(topology, command.actor(), Operation.CONFIGURE, command.vhost(), name);
        var existing = Names.vhost(topology, command.vhost()).queue(name);
        if (existing.isPresent()) {
            requireEquivalent(existing.get(), command, arguments);
            return new Decision.Accepted(List.of(), new Decision.Reply.Declared(existing.get(), false));
        }
        requireFit(
                command.actor(),
                command.vhost(),
                name,
                arguments,
                command.durable(),
                command.exclusive(),
                command.autoDelete());
        requireRoom(command.vhost(), name);
        var queue = create(command, name, arguments);
        return new Decision.Accepted(List.of(new TopologyEvent.Put(queue)), new Decision.Reply.Declared(queue, true));
    }

    /** Whether a queue of these properties may have these arguments. */
    void requireFit(
            Actor actor,
            VirtualHostName vhost,
            QueueName name,
            FieldTable arguments,
            boolean durable,
            boolean exclusive,
            boolean autoDelete) {
        requireDeadLetterExchange(actor, vhost, name, arguments);
        QueueArguments.require(Refusals.text(vhost, name), arguments);
        if (QueueType.of(arguments) != QueueType.CLASSIC) { // those are durable and shared
            requireNot(autoDelete, "auto-delete", vhost, name);
            requireNot(exclusive, "exclusive-owner", vhost, name);
            requireNot(!durable, "non-durable", vhost, name);
        }
        for (var key : List.of(QueueArguments.REPLAY, QueueArguments.DURABILITY)) {
            if ((!durable || exclusive) && arguments.get(key).isPresent()) {
                throw Refusals.precondition("invalid arg '" + key + "' for " + Refusals.text(vhost, name)
                        + ": only messages of durable queues are kept");
            }
        }
        QueueArguments.requireStreamSizes(arguments);
    }

    private void requireRoom(VirtualHostName vhost, QueueName name) {
        var limit = topology.limits(vhost).of(Limits.QUEUES);
        if (limit.isPresent() && Names.vhost(topology, vhost).queues().size() >= limit.getAsLong()) {
            throw Refusals.precondition("cannot declare queue '%s': queue limit in vhost '%s' (%d) is reached"
                    .formatted(name.value(), vhost.value(), limit.getAsLong()));
        }
    }

    private static QueueName requireName(DeclareQueue command, FieldTable arguments) {
        if (command.serverNamed()) {
            if (QueueType.of(arguments) != QueueType.CLASSIC) {
                throw Refusals.precondition("Cannot declare a server-named queue for type "
                        + QueueType.of(arguments).module());
            }
            return new QueueName(command.queue());
        }
        var name = Names.stripped(command.queue());
        Names.requireNotReserved("queue", name);
        return new QueueName(name);
    }

    private static void requireEquivalent(QueueDefinition existing, DeclareQueue command, FieldTable arguments) {
        var owner = command.exclusive() ? command.actor().connection() : null;
        if (!Objects.equals(existing.exclusiveOwner(), owner)) {
            throw Refusals.locked(existing.vhost(), existing.name());
        }
        var equivalence = new Equivalence(Refusals.text(existing.vhost(), existing.name()));
        equivalence.require("durable", existing.durable(), isDurable(command));
        equivalence.require("auto_delete", existing.autoDelete(), command.autoDelete());
        if (existing.history().declarations().stream().noneMatch(earlier -> isSame(equivalence, earlier, arguments))) {
            equivalence.require(QueueArguments.accepted(existing.type()), existing.arguments(), arguments);
        }
    }

    /** An application that does not know yet that the queue was changed declares it as it always did. */
    private static boolean isSame(Equivalence equivalence, FieldTable earlier, FieldTable arguments) {
        return equivalence
                .difference(QueueArguments.accepted(QueueType.of(earlier)), earlier, arguments)
                .isEmpty();
    }

    private void requireDeadLetterExchange(Actor actor, VirtualHostName vhost, QueueName queue, FieldTable arguments) {
        arguments.get(DEAD_LETTER_EXCHANGE).ifPresent(exchange -> {
            if (!(exchange instanceof LongString name)) {
                throw Refusals.precondition("invalid type '" + ErlangText.typeName(exchange) + "' for arg '"
                        + DEAD_LETTER_EXCHANGE + "' in " + Refusals.text(vhost, queue));
            }
            AccessControl.require(topology, actor, Operation.READ, vhost, queue);
            AccessControl.require(topology, actor, Operation.WRITE, vhost, Names.exchange(name));
        });
    }

    private static void requireNot(boolean refused, String property, VirtualHostName vhost, QueueName name) {
        if (refused) {
            throw Refusals.precondition("invalid property '" + property + "' for " + Refusals.text(vhost, name));
        }
    }

    private static boolean isDurable(DeclareQueue command) {
        return command.durable() && !command.exclusive();
    }

    private QueueDefinition create(DeclareQueue command, QueueName name, FieldTable arguments) {
        var kind = kind(command, arguments);
        return new QueueDefinition(
                command.vhost(),
                name,
                isDurable(command),
                command.exclusive() ? command.actor().connection() : null,
                command.autoDelete(),
                arguments,
                kind,
                allocation.qid(),
                topic(kind, command.vhost(), name),
                LogNames.slot(command.vhost(), name, allocation.slots()),
                allocation.incarnation(),
                kind == QueueKind.MEMORY ? allocation.homePod() : null);
    }

    private static QueueKind kind(DeclareQueue command, FieldTable arguments) {
        if (QueueType.of(arguments) == QueueType.STREAM) {
            return QueueKind.STREAM;
        }
        return isDurable(command) ? QueueKind.LOG : QueueKind.MEMORY;
    }

    private @Nullable String topic(QueueKind kind, VirtualHostName vhost, QueueName name) {
        return switch (kind) {
            case LOG -> LogNames.queueTopic(vhost, name, allocation.incarnation());
            case STREAM -> LogNames.streamTopic(vhost, name, allocation.incarnation());
            case DELAY, MEMORY -> null;
        };
    }

    Decision lookUp(LookUpQueue command) {
        var name = new QueueName(Names.stripped(command.queue()));
        AccessControl.requireAny(topology, command.actor(), command.vhost(), name);
        var queue = Names.vhost(topology, command.vhost())
                .queue(name)
                .orElseThrow(() -> Refusals.noQueue(command.vhost(), name));
        requireUnlocked(command.actor(), queue);
        return new Decision.Accepted(List.of(), new Decision.Reply.Declared(queue, false));
    }

    Decision delete(DeleteQueue command) {
        var name = new QueueName(Names.stripped(command.queue()));
        AccessControl.require(topology, command.actor(), Operation.CONFIGURE, command.vhost(), name);
        var removal = new Removal(topology);
        Names.vhost(topology, command.vhost()).queue(name).ifPresent(queue -> {
            requireUnlocked(command.actor(), queue);
            var text = Refusals.text(command.vhost(), name);
            if (command.ifEmpty() && command.messages() > 0) {
                throw Refusals.precondition(text + " not empty");
            }
            if (command.ifUnused() && command.consumers() > 0) {
                throw Refusals.precondition(text + " in use");
            }
            removal.queue(queue);
        });
        return removal.removed();
    }

    static void requireUnlocked(Actor actor, QueueDefinition queue) {
        if (!actor.mayUse(queue)) {
            throw Refusals.locked(queue.vhost(), queue.name());
        }
    }
}
