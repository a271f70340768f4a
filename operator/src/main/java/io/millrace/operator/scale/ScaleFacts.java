package io.millrace.operator.scale;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * What the brokers say about themselves, as far as the size of a cluster is concerned.
 *
 * @param leader node id of the controllers' leader, or -1
 * @param voters the controllers that vote
 * @param observers nodes that follow the controllers' log without a vote
 * @param live brokers that are registered and unfenced
 * @param registered all that are registered, those that are away too
 * @param cordoned brokers to which Kafka gives no new replica (KIP-1066)
 * @param racks rack of each broker that has one
 * @param partitions every partition of every topic
 * @param minInSync the cluster-wide default of min.insync.replicas; 0 if there is none
 * @param ownMinInSync min.insync.replicas of topics that have their own
 * @param throttled topics with throttled replicas
 * @param wishes what Topic objects say about replicas
 * @param units partitions that move together; empty while the queue layer does not say
 */
public record ScaleFacts(
        int leader,
        List<ControllerState> voters,
        List<ControllerState> observers,
        Set<Integer> live,
        Set<Integer> registered,
        Set<Integer> cordoned,
        Map<Integer, String> racks,
        List<PartitionState> partitions,
        int minInSync,
        Map<String, Integer> ownMinInSync,
        Set<String> throttled,
        TopicWishes wishes,
        Optional<List<Set<TopicPartition>>> units) {
    public ScaleFacts {
        voters = List.copyOf(voters);
        observers = List.copyOf(observers);
        live = Set.copyOf(live);
        registered = Set.copyOf(registered);
        cordoned = Set.copyOf(cordoned);
        racks = Map.copyOf(racks);
        partitions = List.copyOf(partitions);
        ownMinInSync = Map.copyOf(ownMinInSync);
        throttled = Set.copyOf(throttled);
    }

    /** Returns whether a topic has no wish of its own: its replicas follow the size of the cluster. */
    boolean isDefaulted(String topic) {
        return ScaleTopics.isOurs(topic) || wishes.defaulted().contains(topic);
    }
}
