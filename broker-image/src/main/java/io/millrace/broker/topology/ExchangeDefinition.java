package io.millrace.broker.topology;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.VirtualHostName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An exchange.
 *
 * @param autoDelete it goes when the last binding from it goes
 * @param internal only other exchanges may publish to it
 * @param delays where it holds messages until they are due, which no client sees; absent unless its type is {@link ExchangeType#DELAYED}
 */
public record ExchangeDefinition(
        VirtualHostName vhost,
        ExchangeName name,
        ExchangeType type,
        boolean durable,
        boolean autoDelete,
        boolean internal,
        FieldTable arguments,
        @Nullable QueueDefinition delays)
        implements TopologyEntry {
    static final String ALTERNATE = "alternate-exchange";

    /** How a delayed exchange routes. */
    static final String DELAYED_TYPE = "x-delayed-type";

    /** An exchange that holds nothing. */
    public ExchangeDefinition(
            VirtualHostName vhost,
            ExchangeName name,
            ExchangeType type,
            boolean durable,
            boolean autoDelete,
            boolean internal,
            FieldTable arguments) {
        this(vhost, name, type, durable, autoDelete, internal, arguments, null);
    }

    ExchangeDefinition holding(QueueDefinition queue) {
        return new ExchangeDefinition(vhost, name, type, durable, autoDelete, internal, arguments, queue);
    }

    /** The exchanges every virtual host has. They are no entries of the log and cannot be deleted. */
    static List<ExchangeDefinition> predeclared(VirtualHostName vhost) {
        return List.of(
                predeclared(vhost, "", ExchangeType.DIRECT, false),
                predeclared(vhost, "amq.direct", ExchangeType.DIRECT, false),
                predeclared(vhost, "amq.fanout", ExchangeType.FANOUT, false),
                predeclared(vhost, "amq.headers", ExchangeType.HEADERS, false),
                predeclared(vhost, "amq.match", ExchangeType.HEADERS, false),
                predeclared(vhost, "amq.rabbitmq.trace", ExchangeType.TOPIC, true),
                predeclared(vhost, "amq.topic", ExchangeType.TOPIC, false));
    }

    private static ExchangeDefinition predeclared(
            VirtualHostName vhost, String name, ExchangeType type, boolean internal) {
        return new ExchangeDefinition(vhost, new ExchangeName(name), type, true, false, internal, FieldTable.EMPTY);
    }

    /** Where messages go that nothing is bound for. */
    public Optional<ExchangeName> alternate() {
        return arguments.isEmpty()
                ? Optional.empty()
                : arguments
                        .get(ALTERNATE)
                        .filter(LongString.class::isInstance)
                        .map(name -> new ExchangeName(((LongString) name).text()));
    }

    /** The type by which it picks destinations: its own, or for a delayed exchange the one it was declared with. */
    ExchangeType routing() {
        return type == ExchangeType.DELAYED
                ? arguments
                        .get(DELAYED_TYPE)
                        .flatMap(name -> ExchangeType.of(name.toString()))
                        .orElse(ExchangeType.DIRECT)
                : type;
    }

    @Override
    public Optional<QueueDefinition> queue() {
        return Optional.ofNullable(delays);
    }

    @Override
    public TopologyKey.OfExchange key() {
        return new TopologyKey.OfExchange(vhost, name);
    }
}
