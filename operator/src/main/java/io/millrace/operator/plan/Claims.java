package io.millrace.operator.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.millrace.api.v1alpha1.BrokerCluster;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Decides whose a thing is that several objects claim: the oldest's. */
public final class Claims {

    private Claims() {}

    /**
     * Returns the object before which another one has to stand back, if there is one. One that is being deleted claims nothing, nor
     * does one of a namespace that may not use the cluster.
     *
     * @param claimants all that claim the same thing as the object
     * @param cluster the cluster in which they do; empty if it is not there
     */
    public static <P extends HasMetadata> Optional<P> older(
            P object, Collection<P> claimants, Optional<BrokerCluster> cluster) {
        return claimants.stream()
                .filter(other -> other.getMetadata().getDeletionTimestamp() == null)
                .filter(other -> cluster.isEmpty()
                        || ClusterResolution.allows(
                                cluster.get(), other.getMetadata().getNamespace()))
                .min(Comparator.<P, String>comparing(
                                other -> other.getMetadata().getCreationTimestamp())
                        .thenComparing(other -> other.getMetadata().getUid()))
                .filter(oldest -> !oldest.getMetadata()
                        .getUid()
                        .equals(object.getMetadata().getUid()));
    }
}
