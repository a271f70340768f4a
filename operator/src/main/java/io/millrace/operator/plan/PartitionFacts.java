package io.millrace.operator.plan;

import java.util.Set;

/**
 * One partition, as seen right before a decision.
 *
 * @param topic its topic
 * @param partition its number
 * @param replicas brokers that hold it
 * @param inSync brokers that are in sync
 * @param minInSync in-sync replicas a write with acks=all needs
 */
public record PartitionFacts(String topic, int partition, Set<Integer> replicas, Set<Integer> inSync, int minInSync) {
    public PartitionFacts {
        replicas = Set.copyOf(replicas);
        inSync = Set.copyOf(inSync);
    }

    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
