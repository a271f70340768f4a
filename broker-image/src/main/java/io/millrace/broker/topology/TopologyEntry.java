package io.millrace.broker.topology;

import java.util.Optional;

/** A thing of the topology: the value of one key of the topology log. */
public sealed interface TopologyEntry
        permits VirtualHost, User, Permission, ExchangeDefinition, QueueDefinition, Binding, Setting {
    /** The key it is kept under. */
    TopologyKey key();

    /** The queue that comes and goes with this entry, if one does. */
    default Optional<QueueDefinition> queue() {
        return Optional.empty();
    }
}
