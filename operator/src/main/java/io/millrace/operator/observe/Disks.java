package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.desired.Identity;
import io.millrace.operator.desired.Names;
import io.millrace.operator.plan.BrokerClusterPlanner;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** What disks say of the cluster that they were written in, should its ConfigMap be lost. */
    static Former former(Context<BrokerCluster> context) {
        var sets = context.getSecondaryResourcesAsStream(StatefulSet.class)
                .map(set -> set.getMetadata().getUid())
                .collect(Collectors.toSet());
        var marked = in(context)
                .filter(disk -> annotations(disk).containsKey(BrokerClusterPlanner.CLUSTER_ID))
                .sorted(Comparator.comparing(disk -> disk.getMetadata().getName()))
                .collect(Collectors.partitioningBy(disk -> isGoing(disk, sets)));
        return new Former(marked.getOrDefault(false, List.of()), marked.getOrDefault(true, List.of()));
    }

    /** One that goes with a StatefulSet that has gone is about to go, too: the garbage collector comes to it in its own time. */
    private static boolean isGoing(PersistentVolumeClaim disk, Set<String> sets) {
        return disk.getMetadata().getDeletionTimestamp() != null
                || disk.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> owner.getKind().equals("StatefulSet") && !sets.contains(owner.getUid()));
    }

    /**
     * Marked disks.
     *
     * @param staying those that are there to stay
     * @param leaving those that go; nothing of a new cluster lies on them
     */
    record Former(List<PersistentVolumeClaim> staying, List<PersistentVolumeClaim> leaving) {

        /** Disks remember whose they are: a second quorum is never founded on them. */
        Optional<Identity> identity() {
            var directories = new HashMap<Integer, String>();
            for (var disk : staying) {
                var directory = annotations(disk).getOrDefault(BrokerClusterPlanner.DIRECTORY_ID, "");
                if (!directory.isEmpty()) {
                    directories.put(Names.node(disk.getMetadata().getName()), directory);
                }
            }
            return staying.stream()
                    .map(disk -> Objects.requireNonNull(annotations(disk).get(BrokerClusterPlanner.CLUSTER_ID)))
                    .sorted()
                    .findFirst()
                    .map(clusterId -> new Identity(clusterId, directories, true));
        }

        /** Names a disk that is waited for: while its pod ends nobody may found a cluster on what it leaves behind. */
        Optional<String> going() {
            return staying.isEmpty()
                    ? leaving.stream()
                            .map(disk ->
                                    disk.getKind() + " " + disk.getMetadata().getName())
                            .findFirst()
                    : Optional.empty();
        }
    }

    private static Map<String, String> annotations(PersistentVolumeClaim disk) {
        return Objects.requireNonNullElse(disk.getMetadata().getAnnotations(), Map.of());
    }
}
