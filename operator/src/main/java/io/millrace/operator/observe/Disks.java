package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.desired.Names;
import java.util.stream.Stream;

/** The disks of a cluster, from the caches. */
final class Disks {

    private Disks() {}

    /** Those of its nodes, by their names: others may bear the same labels. */
    static Stream<PersistentVolumeClaim> in(Context<BrokerCluster> context) {
        var cluster = context.getPrimaryResource().getMetadata().getName();
        return context.getSecondaryResourcesAsStream(PersistentVolumeClaim.class)
                .filter(disk -> Names.isDisk(cluster, disk.getMetadata().getName()));
    }
}
