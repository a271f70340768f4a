package io.millrace.broker.topology;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.VirtualHostName;

/** A wish to change the topology, or a passive look at it. Names are as the client sent them. */
public sealed interface TopologyCommand {
    /** {@code exchange.declare}. */
    record DeclareExchange(
            Actor actor,
            VirtualHostName vhost,
            String exchange,
            String type,
            boolean durable,
            boolean autoDelete,
            boolean internal,
            FieldTable arguments)
            implements TopologyCommand {}

    /** {@code exchange.declare} with {@code passive}. */
    record LookUpExchange(Actor actor, VirtualHostName vhost, String exchange) implements TopologyCommand {}

    /** {@code exchange.delete}. */
    record DeleteExchange(Actor actor, VirtualHostName vhost, String exchange, boolean ifUnused)
            implements TopologyCommand {}

    /**
     * {@code queue.declare}.
     *
     * @param serverNamed whether the client left the name to the broker, which has made this one up
     */
    record DeclareQueue(
            Actor actor,
            VirtualHostName vhost,
            String queue,
            boolean serverNamed,
            boolean durable,
            boolean exclusive,
            boolean autoDelete,
            FieldTable arguments)
            implements TopologyCommand {}

    /** {@code queue.declare} with {@code passive}. */
    record LookUpQueue(Actor actor, VirtualHostName vhost, String queue) implements TopologyCommand {}

    /**
     * {@code queue.delete}.
     *
     * @param consumers consumers of the queue now; looked at with {@code ifUnused}
     * @param messages ready messages of the queue now; looked at with {@code ifEmpty}
     */
    record DeleteQueue(
            Actor actor,
            VirtualHostName vhost,
            String queue,
            boolean ifUnused,
            boolean ifEmpty,
            long consumers,
            long messages)
            implements TopologyCommand {}

    /** Gives a queue other arguments while it lives, also those that {@code queue.declare} refuses to change. */
    record ChangeQueue(Actor actor, VirtualHostName vhost, String queue, FieldTable arguments)
            implements TopologyCommand {}

    /** Every pod writes to the topic of this life of the queue. Nothing happens if it has been changed again. */
    record SwitchQueue(TopologyKey.OfQueue queue, long qid, int incarnation) implements TopologyCommand {}

    /** Everything in a topic that the queue wrote to earlier is settled, and nothing can come any more. */
    record LeaveFormerLog(TopologyKey.OfQueue queue, long qid, String topic) implements TopologyCommand {}

    /** {@code queue.bind}, {@code exchange.bind}, or the binding of a topic. */
    record Bind(
            Actor actor,
            VirtualHostName vhost,
            String source,
            Destination destination,
            String routingKey,
            FieldTable arguments)
            implements TopologyCommand {}

    /** The reverse of {@link Bind}. */
    record Unbind(
            Actor actor,
            VirtualHostName vhost,
            String source,
            Destination destination,
            String routingKey,
            FieldTable arguments)
            implements TopologyCommand {}

    /** A connection is gone, and its exclusive queues with it. */
    record ConnectionClosed(String connection) implements TopologyCommand {}

    /** A pod is gone, and the queues in its memory with it. */
    record PodLost(String pod) implements TopologyCommand {}

    /**
     * A queue has served its time: auto-delete, or {@code x-expires}. Nothing happens if another queue has its name now.
     */
    record RetireQueue(TopologyKey.OfQueue queue, long qid) implements TopologyCommand {}

    record PutVirtualHost(VirtualHost vhost) implements TopologyCommand {}

    /** All that is in it goes too. */
    record DeleteVirtualHost(VirtualHostName vhost) implements TopologyCommand {}

    record PutUser(User user) implements TopologyCommand {}

    /** The permissions go too. */
    record DeleteUser(String user) implements TopologyCommand {}

    record PutPermission(Permission permission) implements TopologyCommand {}

    record DeletePermission(TopologyKey.OfPermission permission) implements TopologyCommand {}

    record PutSetting(Setting setting) implements TopologyCommand {}

    record DeleteSetting(TopologyKey.OfSetting setting) implements TopologyCommand {}
}
