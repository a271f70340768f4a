package io.millrace.operator.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A cluster as its brokers tell it.
 *
 * @param clusterId Kafka's cluster id
 * @param brokers node ids of the brokers that are registered and unfenced
 * @param quorum the controllers
 * @param partitions every partition of every topic
 * @param reassigning whether a reassignment runs
 * @param minInSync the cluster-wide default of min.insync.replicas
 * @param racks rack of each broker that has one, by node id
 * @param slots the slots of the queue layer; empty if there are none
 * @param diskFree the free share, of 1, of the fullest disk of each broker that says so, by node id
 */
public record ClusterFacts(
        String clusterId,
        Set<Integer> brokers,
        QuorumFacts quorum,
        List<PartitionFacts> partitions,
        boolean reassigning,
        int minInSync,
        Map<Integer, String> racks,
        Optional<SlotFacts> slots,
        Map<Integer, Double> diskFree) {
    public ClusterFacts {
        diskFree = Map.copyOf(diskFree);
        racks = Map.copyOf(racks);
        brokers = Set.copyOf(brokers);
        partitions = List.copyOf(partitions);
    }

    /** A cluster without racks and queues. */
    public ClusterFacts(
            String clusterId,
            Set<Integer> brokers,
            QuorumFacts quorum,
            List<PartitionFacts> partitions,
            boolean reassigning,
            int minInSync) {
        this(clusterId, brokers, quorum, partitions, reassigning, minInSync, Map.of(), Optional.empty(), Map.of());
    }
}
