package io.millrace.broker.topology;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Permission.Operation;
import io.millrace.broker.topology.TopologyCommand.DeclareExchange;
import io.millrace.broker.topology.TopologyCommand.DeleteExchange;
import io.millrace.broker.topology.TopologyCommand.LookUpExchange;
import java.util.List;

/** Decides about exchanges, in RabbitMQ's order of checks. */
final class ExchangeDecisions {
    private final Topology topology;
    private final Allocation allocation;

    ExchangeDecisions(Topology topology, Allocation allocation) {
        this.topology = topology;
        this.allocation = allocation;
    }

    Decision declare(DeclareExchange command) {
        var type = type(command.type());
        var name = new ExchangeName(Names.stripped(command.exchange()));
        requireNotDefault(name);
        AccessControl.require(topology, command.actor(), Operation.CONFIGURE, command.vhost(), name);
        var wanted = new ExchangeDefinition(
                command.vhost(),
                name,
                type,
                command.durable(),
                command.autoDelete(),
                command.internal(),
                command.arguments());
        var existing = Names.vhost(topology, command.vhost()).exchange(name);
        if (existing.isPresent()) {
            requireEquivalent(existing.get(), wanted);
            return new Decision.Accepted(List.of(), new Decision.Reply.Done());
        }
        Names.requireNotReserved("exchange", name.value());
        requireAlternate(command.actor(), wanted);
        if (type == ExchangeType.DELAYED) {
            requireDelayedType(wanted.arguments());
        }
        if (wanted.routing() == ExchangeType.CONSISTENT_HASH) {
            HashKey.require(wanted.arguments());
        }
        var created = type == ExchangeType.DELAYED ? wanted.holding(delays(wanted)) : wanted;
        return new Decision.Accepted(List.of(new TopologyEvent.Put(created)), new Decision.Reply.Done());
    }

    private static ExchangeType type(String text) {
        return ExchangeType.of(text).orElseThrow(() -> Refusals.precondition("unknown exchange type '" + text + "'"));
    }

    /** In the plugin's words. */
    private static void requireDelayedType(FieldTable arguments) {
        if (!(arguments.get(ExchangeDefinition.DELAYED_TYPE).orElse(null) instanceof LongString text)) {
            throw Refusals.precondition("Invalid argument, 'x-delayed-type' must be an existing exchange type");
        }
        if (type(text.text()) == ExchangeType.DELAYED) {
            throw Refusals.precondition("Invalid argument, 'x-delayed-message' can't be used for 'x-delayed-type'");
        }
    }

    /** In the log even if the exchange is transient: how much it holds must not matter to the memory of a pod. */
    private QueueDefinition delays(ExchangeDefinition exchange) {
        var vhost = exchange.vhost();
        var name = new QueueName(exchange.name().value());
        return new QueueDefinition(
                vhost,
                name,
                true,
                null,
                false,
                FieldTable.EMPTY,
                QueueKind.DELAY,
                allocation.qid(),
                LogNames.delayTopic(vhost, name, allocation.incarnation()),
                LogNames.slot(vhost, name, allocation.slots()),
                allocation.incarnation(),
                null);
    }

    Decision lookUp(LookUpExchange command) {
        var name = new ExchangeName(Names.stripped(command.exchange()));
        requireNotDefault(name);
        AccessControl.requireAny(topology, command.actor(), command.vhost(), name);
        require(command.vhost(), name);
        return new Decision.Accepted(List.of(), new Decision.Reply.Done());
    }

    Decision delete(DeleteExchange command) {
        var name = new ExchangeName(Names.stripped(command.exchange()));
        requireNotDefault(name);
        if (Names.isReserved(name.value())) {
            throw Refusals.access("deletion of system " + Refusals.text(command.vhost(), name) + " not allowed");
        }
        AccessControl.require(topology, command.actor(), Operation.CONFIGURE, command.vhost(), name);
        var vhost = Names.vhost(topology, command.vhost());
        var removal = new Removal(topology);
        vhost.exchange(name).ifPresent(exchange -> {
            if (command.ifUnused() && !vhost.bindingsFrom(name).isEmpty()) {
                throw Refusals.precondition(Refusals.text(command.vhost(), name) + " in use");
            }
            removal.exchange(exchange);
        });
        return removal.done();
    }

    ExchangeDefinition require(VirtualHostName vhost, ExchangeName name) {
        return Names.vhost(topology, vhost).exchange(name).orElseThrow(() -> Refusals.noExchange(vhost, name));
    }

    static void requireNotDefault(ExchangeName name) {
        if (name.isDefault()) {
            throw Refusals.access("operation not permitted on the default exchange");
        }
    }

    private static void requireEquivalent(ExchangeDefinition existing, ExchangeDefinition wanted) {
        var equivalence = new Equivalence(Refusals.text(existing.vhost(), existing.name()));
        equivalence.require(
                "type",
                ErlangText.atom(existing.type().text()),
                ErlangText.atom(wanted.type().text()));
        equivalence.require("durable", existing.durable(), wanted.durable());
        equivalence.require("auto_delete", existing.autoDelete(), wanted.autoDelete());
        equivalence.require("internal", existing.internal(), wanted.internal());
        equivalence.require(List.of(ExchangeDefinition.ALTERNATE), existing.arguments(), wanted.arguments());
    }

    private void requireAlternate(Actor actor, ExchangeDefinition wanted) {
        wanted.arguments().get(ExchangeDefinition.ALTERNATE).ifPresent(alternate -> {
            if (!(alternate instanceof LongString name)) {
                throw Refusals.precondition("invalid type '" + ErlangText.typeName(alternate) + "' for arg '"
                        + ExchangeDefinition.ALTERNATE + "' in " + Refusals.text(wanted.vhost(), wanted.name()));
            }
            AccessControl.require(topology, actor, Operation.READ, wanted.vhost(), wanted.name());
            AccessControl.require(topology, actor, Operation.WRITE, wanted.vhost(), Names.exchange(name));
        });
    }
}
