package io.millrace.operator.plan;

import java.util.Map;

/**
 * A topic as it is in Kafka.
 *
 * @param id Kafka's id, base64
 * @param partitions number of partitions
 * @param replicas replicas of the partition that has fewest
 * @param underReplicated partitions with a replica out of sync
 * @param config settings of the topic itself, without defaults
 */
public record TopicFacts(String id, int partitions, int replicas, int underReplicated, Map<String, String> config) {
    public TopicFacts {
        config = Map.copyOf(config);
    }
}
