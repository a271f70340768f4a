package io.millrace.broker.topology;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;

/** Identifies a {@link TopologyEntry}. */
public sealed interface TopologyKey {
    record OfVirtualHost(VirtualHostName name) implements TopologyKey {}

    record OfUser(String name) implements TopologyKey {}

    record OfPermission(VirtualHostName vhost, String user) implements TopologyKey {}

    /** Identifies a {@link Setting}. */
    sealed interface OfSetting extends TopologyKey {}

    record OfPolicy(Policy.Layer layer, VirtualHostName vhost, String name) implements OfSetting {}

    record OfTopicPermission(VirtualHostName vhost, String user, ExchangeName exchange) implements OfSetting {}

    record OfLimits(VirtualHostName vhost) implements OfSetting {}

    record OfGlobalParameter(String name) implements OfSetting {}

    record OfExchange(VirtualHostName vhost, ExchangeName name) implements TopologyKey {}

    record OfQueue(VirtualHostName vhost, QueueName name) implements TopologyKey {}

    /**
     * A binding between two ends.
     *
     * @param hash stands for routing key and arguments, which together with the ends identify a binding
     */
    record OfBinding(VirtualHostName vhost, ExchangeName source, Destination destination, String hash)
            implements TopologyKey {}
}
