package io.millrace.broker.topology;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Permission.Operation;

/** RabbitMQ's permissions: three patterns per user and virtual host; no row is no access. */
public final class AccessControl {
    private static final String DEFAULT_EXCHANGE = "amq.default";

    private AccessControl() {}

    /** Whether the user may open a connection to the virtual host. */
    public static boolean mayEnter(Topology topology, VirtualHostName vhost, String user) {
        return topology.vhost(vhost).isPresent()
                && topology.permission(vhost, user).isPresent();
    }

    /**
     * Passes if the actor may do that with the queue.
     *
     * @throws ChannelError {@code ACCESS_REFUSED} if not
     */
    public static void require(
            Topology topology, Actor actor, Operation operation, VirtualHostName vhost, QueueName queue) {
        if (!allows(topology, actor, operation, vhost, queue.value())) {
            throw refused(actor, operation, Refusals.text(vhost, queue));
        }
    }

    /**
     * Passes if the actor may do that with the exchange; the default exchange goes by the name {@code amq.default}.
     *
     * @throws ChannelError {@code ACCESS_REFUSED} if not
     */
    public static void require(
            Topology topology, Actor actor, Operation operation, VirtualHostName vhost, ExchangeName exchange) {
        var named = exchange.isDefault() ? new ExchangeName(DEFAULT_EXCHANGE) : exchange;
        if (!allows(topology, actor, operation, vhost, named.value())) {
            throw refused(actor, operation, Refusals.text(vhost, named));
        }
    }

    /**
     * Passes if the actor may use that routing key with the exchange: {@code WRITE} publishes, {@code READ} binds. Only
     * topic exchanges ask.
     *
     * @throws ChannelError {@code ACCESS_REFUSED} if not
     */
    public static void requireTopic(
            Topology topology, Actor actor, Operation operation, ExchangeDefinition exchange, String routingKey) {
        if (exchange.type() != ExchangeType.TOPIC || actor.user() == null) {
            return;
        }
        var permission = topology.topicPermission(exchange.vhost(), actor.user(), exchange.name());
        if (permission.isPresent() && !permission.get().allows(operation, routingKey)) {
            throw refused(
                    actor,
                    operation,
                    "topic '" + routingKey + "' in " + Refusals.text(exchange.vhost(), exchange.name()));
        }
    }

    /** A passive declare needs any of the three; the refusal speaks of {@code configure}. */
    static void requireAny(Topology topology, Actor actor, VirtualHostName vhost, QueueName queue) {
        if (!allowsAny(topology, actor, vhost, queue.value())) {
            throw refused(actor, Operation.CONFIGURE, Refusals.text(vhost, queue));
        }
    }

    static void requireAny(Topology topology, Actor actor, VirtualHostName vhost, ExchangeName exchange) {
        if (!allowsAny(topology, actor, vhost, exchange.value())) {
            throw refused(actor, Operation.CONFIGURE, Refusals.text(vhost, exchange));
        }
    }

    private static boolean allowsAny(Topology topology, Actor actor, VirtualHostName vhost, String name) {
        return allows(topology, actor, Operation.READ, vhost, name)
                || allows(topology, actor, Operation.WRITE, vhost, name)
                || allows(topology, actor, Operation.CONFIGURE, vhost, name);
    }

    private static boolean allows(
            Topology topology, Actor actor, Operation operation, VirtualHostName vhost, String name) {
        var user = actor.user();
        return user == null
                || topology.permission(vhost, user)
                        .filter(permission -> permission.allows(operation, name))
                        .isPresent();
    }

    private static ChannelError refused(Actor actor, Operation operation, String resource) {
        return Refusals.access(
                operation.text() + " access to " + resource + " refused for user '" + actor.user() + "'");
    }
}
