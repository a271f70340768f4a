package io.millrace.broker.log.kafka;

import io.millrace.broker.placement.Member;
import io.millrace.broker.placement.Placement;
import io.millrace.broker.placement.SlotSharing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.ConsumerGroupPartitionAssignor;
import org.apache.kafka.coordinator.group.api.assignor.GroupAssignment;
import org.apache.kafka.coordinator.group.api.assignor.GroupSpec;
import org.apache.kafka.coordinator.group.api.assignor.MemberAssignment;
import org.apache.kafka.coordinator.group.api.assignor.SubscribedTopicDescriber;

/**
 * What Kafka's group coordinator asks for the assignment of a group whose members want it (KIP-848, {@code group.remote.assignor}): slots go where
 * {@link SlotSharing} says. Each broker makes one for itself and tells it nothing of replicas; {@link PlacementFeed} does. Before it has, and for topics that are
 * not the slots', partitions are spread evenly and stay where they are.
 *
 * <p>It runs on the coordinator's thread: it waits for nothing.
 */
public final class PlacementAssignor implements ConsumerGroupPartitionAssignor, Configurable {
    /** What members call it. */
    static final String NAME = "placement";

    /** The property of Kafka's that tells nodes of one process apart. */
    private static final String NODE = "log.dirs";

    private static final Map<String, SlotPlacement.Found> BY_NODE = new ConcurrentHashMap<>();

    private String node = "";

    private record Partitions(Map<Uuid, Set<Integer>> partitions) implements MemberAssignment {}

    /** Tells the assignor of a node of this process where slots lie. */
    static void tell(String logDirectory, SlotPlacement.Found found) {
        BY_NODE.put(logDirectory, found);
    }

    static void forget(String logDirectory) {
        BY_NODE.remove(logDirectory);
    }

    @Override
    public void configure(Map<String, ?> brokerProperties) {
        node = String.valueOf(brokerProperties.get(NODE));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public GroupAssignment assign(GroupSpec group, SubscribedTopicDescriber topics) {
        var slots = BY_NODE.getOrDefault(node, SlotPlacement.NOTHING);
        var subscribers = new HashMap<Uuid, List<Member>>();
        var assigned = new HashMap<String, Map<Uuid, Set<Integer>>>();
        for (var id : group.memberIds()) {
            var subscription = group.memberSubscription(id);
            var member = Member.inPod(id, subscription.instanceId().orElse(""));
            for (var topic : subscription.subscribedTopicIds()) {
                subscribers.computeIfAbsent(topic, _ -> new ArrayList<>()).add(member);
            }
            assigned.put(id, new HashMap<>());
        }
        subscribers.forEach((topic, members) -> {
            var placement = topic.equals(slots.topic()) ? slots.placement() : Placement.UNKNOWN;
            SlotSharing.share(Math.max(0, topics.numPartitions(topic)), members, owners(group, topic), placement)
                    .forEach((slot, id) -> partitions(assigned, id, topic).add(slot));
        });
        var answer = new HashMap<String, MemberAssignment>();
        assigned.forEach((id, partitions) -> answer.put(id, new Partitions(partitions)));
        return new GroupAssignment(answer);
    }

    private static Map<Integer, String> owners(GroupSpec group, Uuid topic) {
        var owners = new HashMap<Integer, String>();
        for (var id : group.memberIds()) {
            group.memberAssignment(id)
                    .partitions()
                    .getOrDefault(topic, Set.of())
                    .forEach(slot -> owners.put(slot, id));
        }
        return owners;
    }

    private static Set<Integer> partitions(Map<String, Map<Uuid, Set<Integer>>> assigned, String member, Uuid topic) {
        return assigned.computeIfAbsent(member, _ -> new HashMap<>()).computeIfAbsent(topic, _ -> new TreeSet<>());
    }
}
