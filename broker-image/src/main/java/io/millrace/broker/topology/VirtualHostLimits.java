package io.millrace.broker.topology;

import io.millrace.broker.model.VirtualHostName;

/** How much there may be in a virtual host. */
public record VirtualHostLimits(VirtualHostName vhost, Limits limits) implements Setting {
    @Override
    public TopologyKey.OfLimits key() {
        return new TopologyKey.OfLimits(vhost);
    }
}
