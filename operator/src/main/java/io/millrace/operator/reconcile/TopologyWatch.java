package io.millrace.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.client.QueueAdmin;
import io.millrace.operator.observe.TopologyObserver;
import io.millrace.operator.observe.TopologyObserver.Topology;
import io.millrace.operator.observe.UserObserver;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import java.time.Duration;
import java.util.function.BiPredicate;

/** Looks at the queues and exchanges of all clusters, and wakes the objects that are not as asked or as shown. */
public final class TopologyWatch {

    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Connections connections;
    private final Lookout lookout;

    public TopologyWatch(Connections connections, Lookout lookout) {
        this.connections = connections;
        this.lookout = lookout;
    }

    /** Has objects of one kind woken when a look at their cluster says so. */
    <P extends HasMetadata> void onLook(String what, ClusterSource<P> source, BiPredicate<P, Topology> needsALook) {
        lookout.every(
                LOOK,
                what,
                () -> source.forEachInUse(what, cluster -> {
                    if (hasQueues(cluster)) {
                        var key = ClusterSource.key(cluster);
                        var topology = read(key);
                        source.objects(key)
                                .filter(object -> needsALook.test(object, topology))
                                .forEach(source::wake);
                    }
                }));
    }

    /** Reads everything there is in a cluster now. */
    Topology read(ClusterKey cluster) {
        return TopologyObserver.read(connections.queues(cluster));
    }

    /** Returns the way to a cluster's management API. */
    QueueAdmin admin(ClusterKey cluster) {
        return connections.queues(cluster);
    }

    static boolean hasQueues(BrokerCluster cluster) {
        return UserObserver.hasQueues(cluster);
    }

    static Standing noQueues(BrokerCluster cluster) {
        return Standing.notReady(
                Reason.NOT_SUPPORTED,
                "BrokerCluster %s has queues.enabled: false"
                        .formatted(cluster.getMetadata().getName()));
    }

    static Standing conflict(HasMetadata winner) {
        return Standing.notReady(
                Reason.CONFLICT,
                "%s %s/%s is older and has the same name in the broker"
                        .formatted(
                                winner.getKind(),
                                winner.getMetadata().getNamespace(),
                                winner.getMetadata().getName()));
    }
}
