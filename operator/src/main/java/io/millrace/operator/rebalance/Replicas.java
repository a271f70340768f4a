package io.millrace.operator.rebalance;

import java.util.HashSet;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a partition lies.
 *
 * @param partition which
 * @param brokers ids of the brokers that hold it; the first is the preferred leader
 * @param bytes size of one replica
 * @param wanted the replication factor it should have
 */
public record Replicas(TopicPartition partition, List<Integer> brokers, long bytes, int wanted) {
    public Replicas {
        brokers = List.copyOf(brokers);
        if (wanted < 1 || bytes < 0 || brokers.size() != new HashSet<>(brokers).size()) {
            throw new IllegalArgumentException(
                    "%s on %s, %d bytes, %d wanted".formatted(partition, brokers, bytes, wanted));
        }
    }
}
