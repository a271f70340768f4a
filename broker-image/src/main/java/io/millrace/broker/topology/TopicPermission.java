package io.millrace.broker.topology;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Permission.Operation;
import java.util.Map;

/**
 * Which routing keys a user may publish with to a topic exchange, and bind with (RabbitMQ, Topic Authorisation). Without
 * one every routing key is allowed.
 *
 * @param write pattern over routing keys of messages; in it {@code {username}} and {@code {vhost}} stand for the names
 * @param read the same over routing keys of bindings
 */
public record TopicPermission(
        VirtualHostName vhost, String user, ExchangeName exchange, ResourcePattern write, ResourcePattern read)
        implements Setting {

    /**
     * The permission with these patterns.
     *
     * @throws IllegalArgumentException if one is no regular expression
     */
    public static TopicPermission of(
            VirtualHostName vhost, String user, ExchangeName exchange, String write, String read) {
        var names = Map.of("{username}", user, "{vhost}", vhost.value());
        return new TopicPermission(
                vhost, user, exchange, ResourcePattern.of(write, names), ResourcePattern.of(read, names));
    }

    boolean allows(Operation operation, String routingKey) {
        return (operation == Operation.WRITE ? write : read).matches(routingKey);
    }

    @Override
    public TopologyKey.OfTopicPermission key() {
        return new TopologyKey.OfTopicPermission(vhost, user, exchange);
    }
}
