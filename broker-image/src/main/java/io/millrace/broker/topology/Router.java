package io.millrace.broker.topology;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.DelayHeader;
import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.QueueName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/** Finds the destinations of a message: AMQP 0-9-1 §3.1.3 with RabbitMQ's bindings between exchanges, alternates and further types. */
public final class Router {
    private final VirtualHostTopology vhost;
    private final List<String> routingKeys;
    private final Supplier<BasicProperties> properties;
    private final IntUnaryOperator chance;
    private final Set<ExchangeName> seen = new HashSet<>();
    private final ArrayDeque<ExchangeDefinition> pending = new ArrayDeque<>();
    private final Set<Destination> found = new LinkedHashSet<>();
    private final List<QueueDefinition> holding = new ArrayList<>(0);
    private boolean onlyThis;

    private Router(
            VirtualHostTopology vhost,
            List<String> routingKeys,
            Supplier<BasicProperties> properties,
            IntUnaryOperator chance) {
        this.vhost = vhost;
        this.routingKeys = routingKeys;
        this.properties = properties;
        this.chance = chance;
    }

    /**
     * Routes a message without further routing keys in its headers.
     *
     * @param properties asked only on the way through an exchange that looks at them
     * @param chance a random number from 0 up to its argument, exclusive
     */
    public static Routes route(
            VirtualHostTopology vhost,
            ExchangeDefinition exchange,
            String routingKey,
            Supplier<BasicProperties> properties,
            IntUnaryOperator chance) {
        if (exchange.name().isDefault()) { // the way of most messages, without a walk
            var queue = vhost.queue(new QueueName(routingKey));
            return queue.isEmpty() ? Routes.NOWHERE : new Routes(List.of(queue.get()), List.of(), false);
        }
        return route(vhost, exchange, List.of(routingKey), properties, chance);
    }

    /**
     * Routes a message.
     *
     * @param routingKeys the message's routing key and those of its {@code CC} and {@code BCC} headers
     */
    public static Routes route(
            VirtualHostTopology vhost,
            ExchangeDefinition exchange,
            List<String> routingKeys,
            Supplier<BasicProperties> properties,
            IntUnaryOperator chance) {
        var router = new Router(vhost, routingKeys, properties, chance);
        router.walk(exchange);
        return router.routes();
    }

    private void walk(ExchangeDefinition first) {
        seen.add(first.name());
        pending.add(first);
        for (var exchange = pending.poll(); exchange != null; exchange = pending.poll()) {
            if (holds(exchange)) {
                continue;
            }
            var reached = destinations(exchange);
            if (reached.isEmpty()) {
                vhost.alternateOf(exchange).ifPresent(this::enter);
            }
            for (var destination : reached) {
                if (destination.kind() == Destination.Kind.EXCHANGE) {
                    enter(new ExchangeName(destination.name()));
                } else {
                    found.add(destination);
                }
            }
        }
    }

    private void enter(ExchangeName name) {
        if (seen.add(name)) {
            vhost.exchange(name).ifPresent(pending::add);
        }
    }

    /** Whether a delayed exchange keeps the message for now; it is routed from there when it is due. */
    private boolean holds(ExchangeDefinition exchange) {
        if (exchange.queue().isEmpty()) {
            return false;
        }
        onlyThis = true;
        boolean holds = DelayHeader.delayMs(properties.get()) > 0;
        if (holds) {
            holding.add(exchange.queue().get());
        }
        return holds;
    }

    private List<Destination> destinations(ExchangeDefinition exchange) {
        if (exchange.name().isDefault()) {
            return routingKeys.stream()
                    .map(key -> new Destination(Destination.Kind.QUEUE, key))
                    .toList();
        }
        var from = vhost.from(exchange.name());
        return switch (exchange.routing()) {
            case FANOUT -> from.all().destinations();
            case DIRECT, DELAYED -> direct(from);
            case TOPIC -> topic(from);
            case HEADERS -> headers(from);
            case CONSISTENT_HASH -> consistentHash(exchange, from);
            case MODULUS_HASH -> from.hashed().byModulus(String.join("\n", routingKeys));
            case RANDOM -> random(from.all().destinations());
        };
    }

    private List<Destination> direct(SourceBindings from) {
        if (routingKeys.size() == 1) {
            return from.direct(routingKeys.getFirst());
        }
        var reached = new ArrayList<Destination>();
        routingKeys.forEach(key -> reached.addAll(from.direct(key)));
        return reached;
    }

    private List<Destination> topic(SourceBindings from) {
        var reached = new ArrayList<Destination>();
        routingKeys.forEach(key -> from.topic(key, reached::addAll));
        return reached;
    }

    private List<Destination> headers(SourceBindings from) {
        onlyThis = true;
        var table = properties.get().headers();
        var reached = new ArrayList<Destination>();
        from.headers(table == null ? FieldTable.EMPTY : table, reached::add);
        return reached;
    }

    /** Further routing keys do not count here, as in RabbitMQ. */
    private List<Destination> consistentHash(ExchangeDefinition exchange, SourceBindings from) {
        if (!HashKey.isInProperties(exchange.arguments())) {
            return from.hashed().byWeight(routingKeys.getFirst());
        }
        onlyThis = true;
        return from.hashed().byWeight(HashKey.of(exchange.arguments(), properties.get()));
    }

    private List<Destination> random(List<Destination> destinations) {
        onlyThis = true;
        return destinations.size() < 2
                ? destinations
                : List.of(destinations.get(chance.applyAsInt(destinations.size())));
    }

    private Routes routes() {
        if (found.isEmpty() && holding.isEmpty()) {
            return onlyThis ? new Routes(List.of(), List.of(), true) : Routes.NOWHERE;
        }
        var queues = new ArrayList<>(holding);
        var topics = new ArrayList<String>(0);
        for (var destination : found) {
            if (destination.kind() == Destination.Kind.TOPIC) {
                topics.add(destination.name());
            } else {
                vhost.queue(new QueueName(destination.name())).ifPresent(queues::add);
            }
        }
        return new Routes(queues, topics, onlyThis);
    }
}
