package io.millrace.broker.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.placement.Placement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.GroupAssignment;
import org.apache.kafka.coordinator.group.api.assignor.GroupSpec;
import org.apache.kafka.coordinator.group.api.assignor.MemberAssignment;
import org.apache.kafka.coordinator.group.api.assignor.MemberSubscription;
import org.apache.kafka.coordinator.group.api.assignor.SubscribedTopicDescriber;
import org.apache.kafka.coordinator.group.api.assignor.SubscriptionType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlacementAssignorTest {
    private static final Uuid SLOTS = Uuid.randomUuid();
    private static final Uuid TOPOLOGY = Uuid.randomUuid();
    private static final int SLOT_COUNT = 6;
    private static final String NODE = "/disk/of/a/test";

    private static final SubscribedTopicDescriber TOPICS = new SubscribedTopicDescriber() {
        @Override
        public int numPartitions(Uuid topic) {
            return topic.equals(SLOTS) ? SLOT_COUNT : 1;
        }

        @Override
        public Set<String> racksForPartition(Uuid topic, int partition) {
            return Set.of();
        }
    };

    private final PlacementAssignor assignor = new PlacementAssignor();

    PlacementAssignorTest() {
        assignor.configure(Map.of("log.dirs", NODE));
    }

    @AfterEach
    void forget() {
        PlacementAssignor.forget(NODE);
    }

    private record Subscription(Optional<String> instanceId, Set<Uuid> subscribedTopicIds)
            implements MemberSubscription {
        @Override
        public Optional<String> rackId() {
            return Optional.empty();
        }
    }

    /** Members by id, and what they have. */
    private record Group(Map<String, Subscription> members, Map<String, MemberAssignment> now) implements GroupSpec {
        @Override
        public Collection<String> memberIds() {
            return members.keySet();
        }

        @Override
        public SubscriptionType subscriptionType() {
            return SubscriptionType.HETEROGENEOUS;
        }

        @Override
        public boolean isPartitionAssigned(Uuid topic, int partition) {
            return false;
        }

        @Override
        public boolean isPartitionAssignable(Uuid topic, int partition) {
            return true;
        }

        @Override
        public MemberSubscription memberSubscription(String member) {
            return members.getOrDefault(member, subscribed("", Set.of()));
        }

        @Override
        public MemberAssignment memberAssignment(String member) {
            return now.getOrDefault(member, Map::of);
        }
    }

    private static Subscription subscribed(String pod, Set<Uuid> topics) {
        return new Subscription(Optional.of(pod).filter(name -> !name.isEmpty()), topics);
    }

    private static Placement placement(Function<Integer, List<Integer>> replicas) {
        return new Placement(IntStream.range(0, SLOT_COUNT).boxed().collect(Collectors.toMap(slot -> slot, replicas)));
    }

    private static Set<Integer> of(GroupAssignment assignment, String member, Uuid topic) {
        return assignment.members().getOrDefault(member, Map::of).partitions().getOrDefault(topic, Set.of());
    }

    private final Group threePods = new Group(
            Map.of(
                    "a", subscribed("orders-broker-0", Set.of(SLOTS)),
                    "b", subscribed("orders-broker-1", Set.of(SLOTS, TOPOLOGY)),
                    "c", subscribed("orders-broker-2", Set.of(SLOTS))),
            Map.of());

    @Test
    void slotsGoToThePodsThatLeadThem() {
        PlacementAssignor.tell(NODE, new SlotPlacement.Found(SLOTS, placement(slot -> List.of(2 - slot / 2))));

        var assigned = assignor.assign(threePods, TOPICS);

        assertThat(of(assigned, "c", SLOTS)).containsExactlyInAnyOrder(0, 1);
        assertThat(of(assigned, "b", SLOTS)).containsExactlyInAnyOrder(2, 3);
        assertThat(of(assigned, "a", SLOTS)).containsExactlyInAnyOrder(4, 5);
    }

    @Test
    void aTopicGoesOnlyToThoseWhoWantIt() {
        assertThat(of(assignor.assign(threePods, TOPICS), "b", TOPOLOGY)).containsExactly(0);
    }

    @Test
    void whatAnotherNodeOfThisProcessKnowsIsItsOwn() {
        var other = new PlacementAssignor();
        other.configure(Map.of("log.dirs", "/disk/of/another"));
        PlacementAssignor.tell(NODE, new SlotPlacement.Found(SLOTS, placement(slot -> List.of(0))));

        assertThat(of(assignor.assign(threePods, TOPICS), "a", SLOTS)).hasSize(SLOT_COUNT);
        assertThat(of(other.assign(threePods, TOPICS), "a", SLOTS)).hasSize(2);
    }

    @Test
    void aGroupWithoutMembersHasNoAssignment() {
        assertThat(assignor.assign(new Group(Map.of(), Map.of()), TOPICS).members())
                .isEmpty();
    }
}
