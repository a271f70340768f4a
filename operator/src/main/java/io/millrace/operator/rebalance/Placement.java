package io.millrace.operator.rebalance;

import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * What lies where.
 *
 * @param brokers the brokers that live; one that replica lists name and that is not here counts as lost
 * @param partitions all partitions, each once
 * @param units partitions that share one replica list and move together: a slot partition and the partitions of its
 *     queues. Units that overlap are one. Partitions that are not in {@code partitions} are passed over
 */
public record Placement(List<Broker> brokers, List<Replicas> partitions, List<Set<TopicPartition>> units) {
    public Placement {
        brokers = List.copyOf(brokers);
        partitions = List.copyOf(partitions);
        if (partitions.stream().map(Replicas::partition).distinct().count() < partitions.size()) {
            throw new IllegalArgumentException("a partition is there twice");
        }
        units = units.stream().map(Set::copyOf).toList();
    }
}
