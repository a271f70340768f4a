package io.millrace.operator.rebalance;

import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * A new replica list for a partition.
 *
 * @param partition which
 * @param from ids of the brokers that hold it
 * @param to ids of the brokers that are to hold it; the first is the preferred leader
 * @param bytes what has to be copied: its size for each new replica; 0 if only the order changes or replicas go
 */
public record Move(TopicPartition partition, List<Integer> from, List<Integer> to, long bytes) {
    public Move {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }
}
