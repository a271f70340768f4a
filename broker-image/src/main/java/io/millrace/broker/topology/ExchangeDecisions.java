package io.millrace.broker.topology;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Permission.Operation;
import io.millrace.broker.topology.TopologyCommand.DeclareExchange;
import io.millrace.broker.topology.TopologyCommand.DeleteExchange;
import io.millrace.broker.topology.TopologyCommand.LookUpExchange;
import java.util.List;

/** Decides about exchanges, in RabbitMQ's order of checks. */
final class ExchangeDecisions {
    private final Topology topology;

    ExchangeDecisions(Topology topology) {
        this.topology = topology;
    }

    Decision declare(DeclareExchange command) {
        var type = ExchangeType.of(command.type())
                .orElseThrow(() -> Refusals.precondition("unknown exchange type '" + command.type() + "'"));
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
        if (type == ExchangeType.CONSISTENT_HASH) {
            HashKey.require(wanted.arguments());
        }
        requireAlternate(command.actor(), wanted);
        return new Decision.Accepted(List.of(new TopologyEvent.Put(wanted)), new Decision.Reply.Done());
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
