package io.millrace.broker.log.kafka;

import io.millrace.broker.placement.Placement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.PartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** Reads where the replicas of slots lie. Any thread. */
final class SlotPlacement {
    /** What is known before anything was read. */
    static final Found NOTHING = new Found(Uuid.ZERO_UUID, Placement.UNKNOWN);

    private final Admin admin;
    private volatile Reading last = new Reading(Map.of(), NOTHING, false);

    /** What was read: the topic of the slots, and where they lie. */
    record Found(Uuid topic, Placement placement) {}

    private record Reading(Map<Integer, List<Integer>> described, Found found, boolean isMoving) {}

    SlotPlacement(Admin admin) {
        this.admin = admin;
    }

    /**
     * Reads it; fails if there is no topic of slots yet. A replica that is being copied does not count before it is in sync: its node would own slots which it
     * does not lead.
     */
    CompletionStage<Found> read() {
        return admin.describeTopics(List.of(InternalTopics.SLOTS))
                .allTopicNames()
                .toCompletionStage()
                .thenCompose(topics -> read(Objects.requireNonNull(topics.get(InternalTopics.SLOTS))));
    }

    private CompletionStage<Found> read(TopicDescription topic) {
        var described = new HashMap<Integer, List<Integer>>();
        topic.partitions()
                .forEach(slot -> described.put(
                        slot.partition(), slot.replicas().stream().map(Node::id).toList()));
        var before = last;
        boolean isSame = described.equals(before.described())
                && topic.topicId().equals(before.found().topic());
        if (isSame && !before.isMoving()) {
            return CompletableFuture.completedFuture(before.found());
        }
        var slots = described.keySet().stream()
                .map(slot -> new TopicPartition(InternalTopics.SLOTS, slot))
                .collect(Collectors.toSet());
        return admin.listPartitionReassignments(slots)
                .reassignments()
                .toCompletionStage()
                .thenApply(moves -> {
                    var inSync = inSync(described, moves);
                    var found = new Found(topic.topicId(), new Placement(inSync));
                    last = new Reading(described, found, !moves.isEmpty());
                    return found;
                });
    }

    private static Map<Integer, List<Integer>> inSync(
            Map<Integer, List<Integer>> described, Map<TopicPartition, PartitionReassignment> moves) {
        var slots = new HashMap<>(described);
        moves.forEach((partition, move) -> slots.computeIfPresent(
                partition.partition(), (slot, replicas) -> without(replicas, move.addingReplicas())));
        return slots;
    }

    private static List<Integer> without(List<Integer> replicas, List<Integer> added) {
        return replicas.stream().filter(node -> !added.contains(node)).toList();
    }
}
