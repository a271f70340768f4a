package io.millrace.operator.reconcile;

import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.plan.ClusterResolution;
import io.millrace.operator.status.FailureException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at what brokers were told while they run, and has a cluster looked at when that is not what it was. */
public final class SettingsWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SettingsWatch.class);

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
        lookout.every(period, "settings", () -> {
            var serving = clusters.get()
                    .filter(ClusterResolution::serves)
                    .map(ClusterKey::of)
                    .toList();
            seen.keySet().retainAll(serving);
            serving.forEach(cluster -> look(cluster, wake));
        });
    }

    /** One that does not answer keeps nobody from looking at the others. */
    private void look(ClusterKey cluster, Consumer<ClusterKey> wake) {
        try {
            connections.brokers(cluster).settings().told().ifPresent(now -> {
                if (!now.equals(seen.put(cluster, now))) {
                    wake.accept(cluster);
                }
            });
        } catch (FailureException e) {
            LOG.info("settings of cluster {}: {}", cluster, e.getMessage());
        }
    }
}
