package io.millrace.operator.reconcile;

import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.plan.ClusterResolution;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Looks at what brokers were told while they run, and has a cluster looked at when that is not what it was. */
public final class SettingsWatch {

    private final Connections connections;
    private final Lookout lookout;
    private final Duration period;
    private final ConcurrentHashMap<ClusterKey, Map<String, String>> seen = new ConcurrentHashMap<>();

    public SettingsWatch(Connections connections, Lookout lookout, Duration period) {
        this.connections = connections;
        this.lookout = lookout;
        this.period = period;
    }

    /** Has clusters woken from now on. */
    void start(Supplier<Stream<BrokerCluster>> clusters, Consumer<ClusterKey> wake) {
        var looks = new ClusterLooks("settings");
        lookout.every(ClusterLooks.TICK, "settings", () -> {
            var serving = clusters.get().filter(ClusterResolution::serves).toList();
            seen.keySet().retainAll(serving.stream().map(ClusterKey::of).toList());
            looks.at(serving, LookPace.steady(period), cluster -> look(ClusterKey.of(cluster), wake));
        });
    }

    private void look(ClusterKey cluster, Consumer<ClusterKey> wake) {
        connections.brokers(cluster).settings().told().ifPresent(now -> {
            if (!now.equals(seen.put(cluster, now))) {
                wake.accept(cluster);
            }
        });
    }
}
