package io.millrace.operator.rebalance;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * How good a placement is.
 *
 * @param replicas of each broker that may hold some: partitions it holds
 * @param leaders of each: partitions it leads first
 * @param bytes of each: what it holds
 * @param rackViolations partitions that are on fewer racks than they could be
 * @param misplaced replicas on brokers that may hold none
 * @param wrongFactor partitions with another number of replicas than wanted
 */
record GoalValues(
        Map<Integer, Long> replicas,
        Map<Integer, Long> leaders,
        Map<Integer, Long> bytes,
        long rackViolations,
        long misplaced,
        long wrongFactor) {

    static GoalValues of(Placement placement) {
        Map<Integer, String> racks = new HashMap<>();
        placement.brokers().stream()
                .filter(broker -> !broker.cordoned())
                .forEach(broker -> racks.put(broker.id(), "" + broker.rack()));
        var all = new HashSet<>(racks.values()).size();
        return new GoalValues(
                sums(placement, racks, partition -> 1, false),
                sums(placement, racks, partition -> 1, true),
                sums(placement, racks, Replicas::bytes, false),
                placement.partitions().stream()
                        .filter(one -> covered(one, racks) < Math.min(one.wanted(), all))
                        .count(),
                placement.partitions().stream()
                        .flatMap(one -> one.brokers().stream())
                        .filter(broker -> !racks.containsKey(broker))
                        .count(),
                placement.partitions().stream()
                        .filter(one -> one.brokers().size() != one.wanted())
                        .count());
    }

    private static long covered(Replicas partition, Map<Integer, String> racks) {
        return partition.brokers().stream()
                .filter(racks::containsKey)
                .map(racks::get)
                .distinct()
                .count();
    }

    private static Map<Integer, Long> sums(
            Placement placement, Map<Integer, String> brokers, ToLongFunction<Replicas> load, boolean firstOnly) {
        Map<Integer, Long> sums = new TreeMap<>();
        brokers.keySet().forEach(broker -> sums.put(broker, 0L));
        for (var partition : placement.partitions()) {
            var holders = partition.brokers();
            for (var broker : firstOnly ? holders.stream().limit(1).toList() : holders) {
                sums.computeIfPresent(broker, (id, sum) -> sum + load.applyAsLong(partition));
            }
        }
        return sums;
    }

    /** Whether all that has to be is as it has to be. */
    boolean hardGoalsHold() {
        return rackViolations == 0 && misplaced == 0 && wrongFactor == 0;
    }

    /** The most minus the least. */
    static long spread(Map<Integer, Long> of) {
        return most(of.values().stream().toList()) - least(of.values().stream().toList());
    }

    static long most(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    static long least(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).min().orElse(0);
    }
}
