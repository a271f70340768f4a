package io.millrace.broker.server;

import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.VirtualHostTopology;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What went over the sockets of all clients of this pod, in all and by virtual host. Safe for any thread. */
final class TrafficLedger {
    private final TrafficTotal all = new TrafficTotal();
    private final Map<VirtualHostName, TrafficTotal> byVhost = new ConcurrentHashMap<>();

    TrafficTotal all() {
        return all;
    }

    /** That of a virtual host. What virtual hosts had that are gone is forgotten when there is one more. */
    TrafficTotal of(VirtualHostName vhost, Topology image) {
        var known = byVhost.get(vhost);
        if (known != null) {
            return known;
        }
        byVhost.keySet().removeIf(name -> image.vhost(name)
                .flatMap(VirtualHostTopology::definition)
                .isEmpty());
        return byVhost.computeIfAbsent(vhost, _ -> new TrafficTotal());
    }

    /** By the names of virtual hosts that anybody has entered here. */
    Map<String, Traffic> byVhost() {
        return byVhost.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().value(), entry -> entry.getValue()
                        .now()));
    }
}
