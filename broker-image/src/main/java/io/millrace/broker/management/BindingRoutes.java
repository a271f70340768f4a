package io.millrace.broker.management;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.topology.Binding;
import io.millrace.broker.topology.Destination;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.VirtualHostTopology;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Bindings: from exchanges to queues ({@code q}), to exchanges ({@code e}) and to topics of the log ({@code t}). */
final class BindingRoutes {
    private static final ExchangeName DEFAULT_EXCHANGE = new ExchangeName("");

    /** The broker's own topics: what is bound there would be read as something else. */
    static final Comparator<Binding> ORDER = Comparator.comparing(
                    (Binding binding) -> binding.source().value())
            .thenComparing(binding -> binding.destination().kind())
            .thenComparing(binding -> binding.destination().name())
            .thenComparing(Shapes::propertiesKey);

    private final ManagedBroker broker;
    private final VirtualHostRoutes vhosts;

    BindingRoutes(ManagedBroker broker, VirtualHostRoutes vhosts) {
        this.broker = broker;
        this.vhosts = vhosts;
    }

    Answer listAll(Call call) {
        return list(vhosts.visible(call).flatMap(BindingRoutes::all));
    }

    Answer list(Call call) {
        return list(all(vhosts.existing(call)));
    }

    private static Answer list(Stream<Binding> bindings) {
        return Answer.ok(Shapes.array(bindings.sorted(ORDER).map(Shapes::binding)));
    }

    private static Stream<Binding> all(VirtualHostTopology vhost) {
        return Stream.concat(implicit(vhost), vhost.bindings().stream());
    }

    /** Every queue is bound to the default exchange by its name. */
    private static Stream<Binding> implicit(VirtualHostTopology vhost) {
        return vhost.queues().stream()
                .map(queue -> new Binding(
                        vhost.name(),
                        DEFAULT_EXCHANGE,
                        new Destination(Destination.Kind.QUEUE, queue.name().value()),
                        queue.name().value(),
                        FieldTable.EMPTY));
    }

    Answer ofQueue(Call call) {
        var vhost = vhosts.existing(call);
        require(vhost.queue(call.queue()).isPresent());
        return to(vhost, new Destination(Destination.Kind.QUEUE, call.queue().value()));
    }

    Answer toExchange(Call call) {
        var vhost = vhosts.existing(call);
        require(vhost.exchange(call.exchange()).isPresent());
        return to(
                vhost,
                new Destination(Destination.Kind.EXCHANGE, call.exchange().value()));
    }

    private static Answer to(VirtualHostTopology vhost, Destination destination) {
        return list(Stream.concat(
                implicit(vhost).filter(binding -> binding.destination().equals(destination)),
                vhost.bindingsTo(destination).stream()));
    }

    Answer fromExchange(Call call) {
        var vhost = vhosts.existing(call);
        require(vhost.exchange(call.exchange()).isPresent());
        return list(all(vhost).filter(binding -> binding.source().equals(call.exchange())));
    }

    Answer listPair(Call call) {
        return list(pair(call));
    }

    private Stream<Binding> pair(Call call) {
        var vhost = vhosts.existing(call);
        var destination = destination(call);
        requireEnds(vhost, call, destination);
        return all(vhost)
                .filter(binding -> binding.source().equals(call.exchange())
                        && binding.destination().equals(destination));
    }

    private static void requireEnds(VirtualHostTopology vhost, Call call, Destination destination) {
        require(vhost.exchange(call.exchange()).isPresent());
        require(
                switch (destination.kind()) {
                    case QUEUE -> vhost.queue(new QueueName(destination.name())).isPresent();
                    case EXCHANGE ->
                        vhost.exchange(new ExchangeName(destination.name())).isPresent();
                    case TOPIC -> true;
                });
    }

    private static void require(boolean isThere) {
        if (!isThere) {
            throw Refusal.notFound();
        }
    }

    private static Destination destination(Call call) {
        var name = call.parameter("destination");
        var kind =
                switch (call.parameter("kind")) {
                    case "q" -> Destination.Kind.QUEUE;
                    case "e" -> Destination.Kind.EXCHANGE;
                    case "t" -> Destination.Kind.TOPIC;
                    default -> throw Refusal.notFound();
                };
        return new Destination(kind, name);
    }

    Answer get(Call call) {
        return Answer.ok(Shapes.binding(existing(call)));
    }

    /** The binding whose key of properties is in the path, as it is listed. */
    private Binding existing(Call call) {
        var wanted = call.parameter("properties");
        return pair(call)
                .filter(binding -> Shapes.propertiesKey(binding).equals(wanted))
                .findFirst()
                .orElseThrow(Refusal::notFound);
    }

    CompletionStage<Answer> bind(Call call) {
        var body = call.json();
        var destination = destination(call);
        var binding = new Binding(
                call.vhost(),
                call.exchange(),
                destination,
                Call.text(body, "routing_key").orElse(""),
                Call.arguments(body));
        return requireTopic(destination)
                .thenCompose(there -> broker.change(new TopologyCommand.Bind(
                        call.actor(),
                        binding.vhost(),
                        binding.source().value(),
                        destination,
                        binding.routingKey(),
                        binding.arguments())))
                .thenApply(reply -> Answer.created(Shapes.propertiesKey(binding)));
    }

    /** A topic must be there: a message for one that is not would hold up others behind it. */
    CompletionStage<Void> requireTopic(Destination destination) {
        if (destination.kind() != Destination.Kind.TOPIC) {
            return CompletableFuture.completedFuture(null);
        }
        var topic = destination.name();
        if (TopicType.of(topic) != TopicType.TOPIC) {
            throw Refusal.badRequest("topic '%s' is the broker's own".formatted(topic));
        }
        return broker.topics().exists(topic).thenAccept(found -> {
            if (!found) {
                throw Refusal.badRequest("no topic '%s'".formatted(topic));
            }
        });
    }

    CompletionStage<Answer> unbind(Call call) {
        var binding = existing(call);
        return broker.change(new TopologyCommand.Unbind(
                        call.actor(),
                        binding.vhost(),
                        binding.source().value(),
                        binding.destination(),
                        binding.routingKey(),
                        binding.arguments()))
                .thenApply(reply -> Answer.noContent());
    }
}
