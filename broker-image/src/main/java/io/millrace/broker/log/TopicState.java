package io.millrace.broker.log;

import java.util.List;
import java.util.OptionalInt;

/**
 * A topic and where it lies.
 *
 * @param id Kafka's own, which a topic of the same name made later does not have
 * @param partitions in their order
 */
public record TopicState(String name, String id, List<Partition> partitions) {
    public TopicState {
        partitions = List.copyOf(partitions);
    }

    /** One partition; without a leader it is offline. Numbers are node ids. */
    public record Partition(int partition, OptionalInt leader, List<Integer> replicas, List<Integer> isr) {
        public boolean isOffline() {
            return leader.isEmpty();
        }

        public boolean isUnderReplicated() {
            return isr.size() < replicas.size();
        }
    }
}
