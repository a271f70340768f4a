package io.millrace.broker.topology;

/** A thing of the topology: the value of one key of the topology log. */
public sealed interface TopologyEntry
        permits VirtualHost, User, Permission, ExchangeDefinition, QueueDefinition, Binding, Setting {
    /** The key it is kept under. */
    TopologyKey key();
}
