package io.millrace.broker.topology;

import io.millrace.broker.model.VirtualHostName;

/** A virtual host: a space of names of its own. */
public record VirtualHost(VirtualHostName name, String description) implements TopologyEntry {
    @Override
    public TopologyKey.OfVirtualHost key() {
        return new TopologyKey.OfVirtualHost(name);
    }
}
