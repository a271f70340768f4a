package io.millrace.broker.topology;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.topology.Permission.Operation;
import io.millrace.broker.topology.TopologyCommand.Bind;
import io.millrace.broker.topology.TopologyCommand.Unbind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides about bindings, in RabbitMQ's order of checks. */
final class BindingDecisions {
    private static final Set<String> MODES = Set.of("all", "any", "all-with-x", "any-with-x");
    private static final String DIRECT_REPLY = "amq.rabbitmq.reply-to";

    private final Topology topology;

    BindingDecisions(Topology topology) {
        this.topology = topology;
    }

    Decision bind(Bind command) {
        var binding = requirePermitted(
                command.actor(),
                new Binding(
                        command.vhost(),
                        new ExchangeName(Names.stripped(command.source())),
                        stripped(command.destination()),
                        command.routingKey(),
                        command.arguments()));
        var vhost = Names.vhost(topology, command.vhost());
        var source = vhost.exchange(binding.source())
                .orElseThrow(() -> Refusals.noExchange(binding.vhost(), binding.source()));
        var queue = requireDestination(vhost, binding.destination());
        requireFits(source.routing(), binding);
        queue.ifPresent(known -> QueueDecisions.requireUnlocked(command.actor(), known));
        return new Decision.Accepted(
                vhost.has(binding) ? List.of() : List.of(new TopologyEvent.Put(binding)), new Decision.Reply.Done());
    }

    /** What is not bound, or not there at all, is unbound already. */
    Decision unbind(Unbind command) {
        var binding = requirePermitted(
                command.actor(),
                new Binding(
                        command.vhost(),
                        new ExchangeName(Names.stripped(command.source())),
                        stripped(command.destination()),
                        command.routingKey(),
                        command.arguments()));
        var vhost = Names.vhost(topology, command.vhost());
        var removal = new Removal(topology);
        if (vhost.has(binding)) {
            if (binding.destination().kind() == Destination.Kind.QUEUE) {
                vhost.queue(new QueueName(binding.destination().name()))
                        .ifPresent(queue -> QueueDecisions.requireUnlocked(command.actor(), queue));
            }
            removal.unbind(binding);
        }
        return removal.done();
    }

    private static Destination stripped(Destination destination) {
        return new Destination(destination.kind(), Names.stripped(destination.name()));
    }

    private Binding requirePermitted(Actor actor, Binding binding) {
        var vhost = binding.vhost();
        var name = binding.destination().name();
        switch (binding.destination().kind()) {
            case QUEUE -> {
                if (name.startsWith(DIRECT_REPLY)) {
                    throw Refusals.access("cannot bind or unbind to a volatile (direct reply-to) queue");
                }
                AccessControl.require(topology, actor, Operation.WRITE, vhost, new QueueName(name));
            }
            case EXCHANGE -> {
                AccessControl.require(topology, actor, Operation.WRITE, vhost, new ExchangeName(name));
                ExchangeDecisions.requireNotDefault(new ExchangeName(name));
            }
            case TOPIC -> AccessControl.require(topology, actor, Operation.WRITE, vhost, new QueueName(name));
        }
        ExchangeDecisions.requireNotDefault(binding.source());
        AccessControl.require(topology, actor, Operation.READ, vhost, binding.source());
        Names.vhost(topology, vhost)
                .exchange(binding.source())
                .ifPresent(source ->
                        AccessControl.requireTopic(topology, actor, Operation.READ, source, binding.routingKey()));
        return binding;
    }

    /** The destination is there; if it is a queue, it is returned. Topics are looked up by whoever sends the command. */
    private static Optional<QueueDefinition> requireDestination(VirtualHostTopology vhost, Destination destination) {
        return switch (destination.kind()) {
            case QUEUE -> {
                var name = new QueueName(destination.name());
                yield Optional.of(vhost.queue(name).orElseThrow(() -> Refusals.noQueue(vhost.name(), name)));
            }
            case EXCHANGE -> {
                var name = new ExchangeName(destination.name());
                if (vhost.exchange(name).isEmpty()) {
                    throw Refusals.noExchange(vhost.name(), name);
                }
                yield Optional.empty();
            }
            case TOPIC -> Optional.empty();
        };
    }

    private static void requireFits(ExchangeType type, Binding binding) {
        switch (type) {
            case HEADERS -> requireMode(binding);
            case CONSISTENT_HASH -> HashedDestinations.requireWeight(binding);
            case DIRECT, FANOUT, TOPIC, MODULUS_HASH, RANDOM, DELAYED -> {}
        }
    }

    private static void requireMode(Binding binding) {
        binding.arguments().get(HeaderMatch.MODE).ifPresent(mode -> {
            if (!(mode instanceof LongString text)) {
                throw Refusals.precondition("Invalid x-match field type " + ErlangText.typeName(mode) + " (value "
                        + ErlangText.term(mode) + "); expected longstr");
            }
            if (!MODES.contains(text.text())) {
                throw Refusals.precondition("Invalid x-match field value " + ErlangText.term(mode)
                        + "; expected all, any, all-with-x, or any-with-x");
            }
        });
    }
}
