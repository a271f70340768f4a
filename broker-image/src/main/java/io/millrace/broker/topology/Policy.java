package io.millrace.broker.topology;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.VirtualHostName;

/**
 * What queues and exchanges with matching names do beyond their arguments (RabbitMQ, Parameters and Policies). Of the
 * policies that match a thing one is in force, and of the operator policies one.
 *
 * @param pattern over names; the empty one matches all
 * @param priority the highest that matches is in force
 * @param definition settings by their keys, in the order of the keys
 */
public record Policy(
        Layer layer,
        VirtualHostName vhost,
        String name,
        ResourcePattern pattern,
        AppliesTo appliesTo,
        long priority,
        FieldTable definition)
        implements Setting {
    /** Who makes a policy. */
    public enum Layer {
        /** Whoever may manage the virtual host. */
        USER,

        /** Administrators, over the heads of users. */
        OPERATOR
    }

    boolean matches(QueueDefinition queue) {
        return appliesTo.includes(queue.type())
                && PolicyKeys.areFor(queue.type(), definition)
                && pattern.matches(queue.name().value());
    }

    boolean matches(ExchangeDefinition exchange) {
        return appliesTo.includesExchanges() && pattern.matches(exchange.name().value());
    }

    @Override
    public TopologyKey.OfPolicy key() {
        return new TopologyKey.OfPolicy(layer, vhost, name);
    }
}
