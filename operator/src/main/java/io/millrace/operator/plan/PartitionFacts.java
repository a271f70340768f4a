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
 * @param leader the broker that leads it, or -1
 * @param preferred the broker that should lead it: its first replica; -1 if that is not known
 */
public record PartitionFacts(
        String topic,
        int partition,
        Set<Integer> replicas,
        Set<Integer> inSync,
        int minInSync,
        int leader,
        int preferred) {
    public PartitionFacts {
        replicas = Set.copyOf(replicas);
        inSync = Set.copyOf(inSync);
    }

    /** A partition of which is not known who leads it. */
    public PartitionFacts(String topic, int partition, Set<Integer> replicas, Set<Integer> inSync, int minInSync) {
        this(topic, partition, replicas, inSync, minInSync, -1, -1);
    }

    /** Whether every replica is in sync. */
    public boolean isFull() {
        return inSync.containsAll(replicas);
    }

    /** Whether it is led by another broker than it should be, although that one is in sync. */
    public boolean isMisled() {
        return preferred >= 0 && leader != preferred && inSync.contains(preferred);
    }

    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
