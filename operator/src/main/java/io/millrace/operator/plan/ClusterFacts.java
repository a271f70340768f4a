package io.millrace.operator.plan;

import java.util.List;
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
 */
public record ClusterFacts(
        String clusterId,
        Set<Integer> brokers,
        QuorumFacts quorum,
        List<PartitionFacts> partitions,
        boolean reassigning,
        int minInSync) {
    public ClusterFacts {
        brokers = Set.copyOf(brokers);
        partitions = List.copyOf(partitions);
    }
}
