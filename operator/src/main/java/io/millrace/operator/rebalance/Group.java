package io.millrace.operator.rebalance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What moves as one: a partition, or the partitions of a unit.
 *
 * @param members its partitions, in order
 * @param home ids of the brokers that hold it. If the members of a unit lie apart, the list that costs least to
 *     bring all of them to
 * @param bytes size of one replica of all members
 * @param wanted the replication factor it should have
 */
record Group(List<Replicas> members, List<Integer> home, long bytes, int wanted) {

    static final Comparator<TopicPartition> BY_NAME =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    /** Returns all groups of a placement, smallest first. */
    static List<Group> of(Placement placement) {
        var partitions = placement.partitions().stream()
                .sorted(Comparator.comparing(Replicas::partition, BY_NAME))
                .toList();
        var units = new Units(placement.units());
        Map<TopicPartition, List<Replicas>> members = new LinkedHashMap<>();
        for (var partition : partitions) {
            var head = units.head(partition.partition());
            members.computeIfAbsent(head, key -> new ArrayList<>()).add(partition);
        }
        return members.values().stream()
                .map(Group::of)
                .sorted(Comparator.comparingLong(Group::bytes)
                        .thenComparing(group -> group.members().getFirst().partition(), BY_NAME))
                .toList();
    }

    private static Group of(List<Replicas> members) {
        var wanted = members.stream().mapToInt(Replicas::wanted).max().orElseThrow();
        var bytes = members.stream().mapToLong(Replicas::bytes).sum();
        return new Group(List.copyOf(members), home(members), bytes, wanted);
    }

    private static List<Integer> home(List<Replicas> members) {
        var lists = new LinkedHashSet<List<Integer>>();
        members.forEach(member -> lists.add(member.brokers()));
        var best = lists.getFirst();
        if (lists.size() > 1) {
            for (var list : lists) {
                if (copied(members, list) < copied(members, best)) {
                    best = list;
                }
            }
        }
        return best;
    }

    /** What it costs to have all members on these brokers. */
    static long copied(List<Replicas> members, List<Integer> brokers) {
        return members.stream().mapToLong(member -> copied(member, brokers)).sum();
    }

    /** What it costs to have a partition on these brokers. */
    static long copied(Replicas partition, List<Integer> brokers) {
        var arriving = brokers.stream()
                .filter(broker -> !partition.brokers().contains(broker))
                .count();
        return partition.bytes() * arriving;
    }
}
