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
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks at the queues and exchanges of all clusters, at once for all kinds of objects that speak of them, and wakes the objects
 * that are not as asked or as shown.
 */
public final class TopologyWatch {

    private static final LookPace PACE = new LookPace(Duration.ofSeconds(5), Duration.ofSeconds(25));

    private final Connections connections;
    private final List<Viewer<?>> viewers = new CopyOnWriteArrayList<>();

    /** Objects of one kind, which of them a look can concern, and which are not as they should be. */
    private record Viewer<P extends HasMetadata>(
            ClusterSource<P> source, Predicate<P> isConcerned, BiPredicate<P, Topology> needsALook) {

        private Stream<P> concerned(ClusterKey cluster) {
            return source.objects(cluster).filter(isConcerned);
        }

        private void show(ClusterKey cluster, Topology topology) {
            concerned(cluster)
                    .filter(object -> needsALook.test(object, topology))
                    .forEach(source::wake);
        }
    }

    public TopologyWatch(Connections connections, Lookout lookout) {
        this.connections = connections;
        var looks = new ClusterLooks("queues and exchanges");
        lookout.every(ClusterLooks.TICK, "queues and exchanges", () -> looks.at(clusters(), PACE, this::look));
    }

    /** Has objects of one kind woken when a look at their cluster says so. */
    <P extends HasMetadata> void onLook(
            ClusterSource<P> source, Predicate<P> isConcerned, BiPredicate<P, Topology> needsALook) {
        viewers.add(new Viewer<>(source, isConcerned, needsALook));
    }

    private Collection<BrokerCluster> clusters() {
        return viewers.stream()
                .flatMap(viewer -> viewer.source().serving().stream())
                .filter(TopologyWatch::hasQueues)
                .collect(Collectors.toMap(ClusterSource::key, cluster -> cluster, (one, same) -> one))
                .values();
    }

    private void look(BrokerCluster cluster) {
        var key = ClusterSource.key(cluster);
        if (viewers.stream().allMatch(viewer -> viewer.concerned(key).findAny().isEmpty())) {
            return;
        }
        var topology = TopologyObserver.read(connections.queues(key));
        viewers.forEach(viewer -> viewer.show(key, topology));
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
