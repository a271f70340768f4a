package io.millrace.operator.plan;

import java.util.Comparator;
import java.util.Map;

/**
 * A topic as it is in Kafka.
 *
 * @param id Kafka's id, base64
 * @param partitions number of partitions
 * @param sizes how many partitions have how many replicas; those that are being moved as many as before
 * @param underReplicated partitions with a replica out of sync
 * @param config settings of the topic itself, without defaults
 */
public record TopicFacts(
        String id, int partitions, Map<Integer, Integer> sizes, int underReplicated, Map<String, String> config) {
    public TopicFacts {
        sizes = Map.copyOf(sizes);
        config = Map.copyOf(config);
    }

    /** Returns how many replicas the partition has that has fewest. */
    public int replicas() {
        return sizes.keySet().stream().min(Comparator.naturalOrder()).orElse(0);
    }
}
