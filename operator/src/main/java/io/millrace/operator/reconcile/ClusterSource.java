package io.millrace.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.ClusterRef;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.plan.Claims;
import io.millrace.operator.plan.ClusterResolution;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The clusters that objects of one kind live on: finds them, wakes the objects when a cluster starts or stops serving,
 * and lets others wake an object when they saw something change in the brokers.
 */
final class ClusterSource<P extends HasMetadata> {

    private static final String BY_CLUSTER = "cluster";
    private static final String BY_CLAIM = "claim";

    private final Function<P, ClusterRef> reference;
    private final Function<P, String> claim;
    private final IndexerResourceCache<P> objects;
    private final InformerEventSource<BrokerCluster, P> clusters;
    private final SimpleInboundEventSource<P> wakeUps = new SimpleInboundEventSource<>("wake-ups");

    /**
     * Prepares the sources.
     *
     * @param reference the cluster an object names
     * @param claim the thing inside the cluster that an object claims for itself
     */
    ClusterSource(EventSourceContext<P> context, Function<P, ClusterRef> reference, Function<P, String> claim) {
        this.reference = reference;
        this.claim = claim;
        this.objects = context.getPrimaryCache();
        objects.addIndexers(Map.of(
                BY_CLUSTER, object -> List.of(keyOf(object).toString()),
                BY_CLAIM, object -> List.of(claimOf(object))));
        var configuration = InformerEventSourceConfiguration.from(
                        BrokerCluster.class, context.getPrimaryResourceClass())
                .withSecondaryToPrimaryMapper(cluster ->
                        objects(key(cluster)).map(ResourceID::fromResource).collect(Collectors.toSet()))
                .withOnUpdateFilter(ClusterSource::matters)
                .build();
        clusters = new InformerEventSource<>(configuration, context);
    }

    List<EventSource<?, P>> sources() {
        return List.of(clusters, wakeUps);
    }

    /** Returns what the cluster named by an object is to it. */
    ClusterResolution resolve(P object) {
        return ClusterResolution.of(
                reference.apply(object), object.getMetadata().getNamespace(), cluster(keyOf(object)));
    }

    /** Returns the older object that claims the same thing, if there is one. */
    Optional<P> olderClaim(P object) {
        return Claims.older(object, objects.byIndex(BY_CLAIM, claimOf(object)), cluster(keyOf(object)));
    }

    /** Returns all clusters that serve. */
    List<BrokerCluster> serving() {
        if (!clusters.isRunning()) {
            return List.of();
        }
        return clusters.list().filter(ClusterResolution::serves).toList();
    }

    /** Returns the objects that live on a cluster. */
    Stream<P> objects(ClusterKey cluster) {
        return objects.byIndex(BY_CLUSTER, cluster.toString()).stream();
    }

    /** Has an object looked at. */
    void wake(P object) {
        wakeUps.propagateEvent(ResourceID.fromResource(object));
    }

    ClusterKey keyOf(P object) {
        var named = reference.apply(object);
        return new ClusterKey(
                ClusterResolution.namespaceOf(named, object.getMetadata().getNamespace()), named.name());
    }

    static ClusterKey key(BrokerCluster cluster) {
        return new ClusterKey(
                cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
    }

    private String claimOf(P object) {
        return keyOf(object) + "|" + claim.apply(object);
    }

    private Optional<BrokerCluster> cluster(ClusterKey key) {
        return clusters.get(new ResourceID(key.name(), key.namespace()));
    }

    private static boolean matters(BrokerCluster now, BrokerCluster before) {
        return ClusterResolution.serves(now) != ClusterResolution.serves(before)
                || !Objects.equals(
                        now.getMetadata().getGeneration(), before.getMetadata().getGeneration());
    }
}
