package io.millrace.operator.plan;

import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.ClusterRef;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of the name of a cluster. */
public sealed interface ClusterResolution {

    /** The cluster is there, ours to use, and has served before. */
    record Found(BrokerCluster cluster) implements ClusterResolution {}

    /**
     * It cannot be used.
     *
     * @param standing why
     * @param gone whether nothing of ours can be left in it: it is gone itself, or has never served
     */
    record Unusable(Standing standing, boolean gone) implements ClusterResolution {}

    /**
     * Resolves a reference.
     *
     * @param reference what the object names
     * @param namespace the object's namespace
     * @param cluster the BrokerCluster of that name, if there is one
     */
    static ClusterResolution of(ClusterRef reference, String namespace, Optional<BrokerCluster> cluster) {
        var where = namespaceOf(reference, namespace);
        if (cluster.isEmpty() || cluster.get().getMetadata().getDeletionTimestamp() != null) {
            return new Unusable(
                    Standing.notReady(
                            Reason.CLUSTER_NOT_FOUND,
                            "there is no BrokerCluster %s in namespace %s".formatted(reference.name(), where)),
                    true);
        }
        var found = cluster.get();
        if (!allows(found, namespace)) {
            return new Unusable(
                    Standing.notReady(
                            Reason.NAMESPACE_NOT_ALLOWED,
                            "BrokerCluster %s/%s does not list namespace %s in spec.allowedNamespaces"
                                    .formatted(where, reference.name(), namespace)),
                    false);
        }
        if (!serves(found)) {
            return new Unusable(
                    Standing.notReady(
                            Reason.CLUSTER_NOT_READY, "BrokerCluster " + reference.name() + " has no running broker"),
                    found.getStatus() == null || found.getStatus().clusterId() == null);
        }
        return new Found(found);
    }

    /** Returns the namespace a reference points to. */
    static String namespaceOf(ClusterRef reference, String own) {
        @Nullable String named = reference.namespace();
        return named == null ? own : named;
    }

    /** Returns whether objects of a namespace may use a cluster: it lies there, or lists the namespace. */
    static boolean allows(BrokerCluster cluster, String namespace) {
        var allowed = cluster.getSpec().allowedNamespaces();
        return cluster.getMetadata().getNamespace().equals(namespace)
                || (allowed != null && (allowed.contains(namespace) || allowed.contains("*")));
    }

    /** Returns whether a cluster has a broker that runs. */
    static boolean serves(BrokerCluster cluster) {
        var status = cluster.getStatus();
        return status != null
                && status.clusterId() != null
                && status.nodes() != null
                && status.nodes().stream().anyMatch(node -> "Running".equals(node.state()));
    }
}
