package io.millrace.operator.rebalance;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What any plan has to copy that makes a placement as even as a given one. Three bounds, of which the greatest counts:
 * what hard goals and replication factors cost by themselves; what has to flow onto brokers that lack, replicas or
 * bytes; what has to flow off those that hold too much or may hold nothing. docs/adr/0009 derives them.
 */
final class LowerBound {

    private final Placement before;
    private final Layout layout;
    private final double[] countLevels;
    private final ByteBand band;
    private final GoalValues now;
    private final GoalValues then;
    private final long[] smallest;

    private LowerBound(Placement before, Placement after) {
        this.before = before;
        this.layout = new Layout(before.brokers(), Group.of(before), Long.MAX_VALUE);
        this.countLevels = Levels.ofCounts(layout);
        this.band = new ByteBand(layout);
        this.now = GoalValues.of(before);
        this.then = GoalValues.of(after);
        this.smallest =
                before.partitions().stream().mapToLong(Replicas::bytes).sorted().toArray();
        for (int i = 1; i < smallest.length; i++) {
            smallest[i] += smallest[i - 1];
        }
    }

    /** Returns the bound in bytes, for the brokers of {@code before} and the evenness of {@code after}. */
    static double of(Placement before, Placement after) {
        var bound = new LowerBound(before, after);
        var pools = bound.pools().stream()
                .mapToDouble(pool -> Math.max(bound.onto(pool), bound.off(pool)))
                .sum();
        return Math.max(Math.max(bound.hard(), pools), bound.offAll());
    }

    /** Returns what hard goals and replication factors cost by themselves, in bytes. */
    static double hardOf(Placement before) {
        return new LowerBound(before, before).hard();
    }

    /** New replicas that a partition needs whatever is done elsewhere. */
    private double hard() {
        var bytes = 0.0;
        Map<Integer, Integer> racks = new HashMap<>();
        for (int broker = 0; broker < layout.brokers; broker++) {
            racks.put(layout.ids[broker], layout.rack[broker]);
        }
        for (var one : before.partitions()) {
            var live = one.brokers().stream().filter(racks::containsKey).toList();
            var covered = new HashSet<Integer>();
            live.forEach(broker -> covered.add(racks.get(broker)));
            var uncovered = Math.max(0, Math.min(one.wanted(), layout.racks) - covered.size());
            var kept = Math.min(live.size(), one.wanted() - uncovered);
            bytes += (double) one.bytes() * (one.wanted() - kept);
        }
        return bytes;
    }

    /** What has to flow onto brokers of a pool that lack replicas or bytes. */
    private double onto(List<Integer> pool) {
        var least = GoalValues.least(of(then.replicas(), pool));
        var leastBytes = GoalValues.least(of(then.bytes(), pool));
        var bytes = 0.0;
        for (var broker : pool) {
            var count = Math.min(Math.floor(countLevels[broker] + 1e-6), (double) least);
            var held = Math.min(band.low[broker], (double) leastBytes);
            bytes += Math.max(
                    0,
                    Math.max(
                            held - (double) at(now.bytes(), broker),
                            ofSmallest(count - (double) at(now.replicas(), broker))));
        }
        return bytes;
    }

    /** What has to flow off brokers of a pool that hold too much; it is copied elsewhere, unless replicas are to go. */
    private double off(List<Integer> pool) {
        if (before.partitions().stream().anyMatch(one -> one.brokers().size() > one.wanted())) {
            return 0;
        }
        var most = GoalValues.most(of(then.replicas(), pool));
        var mostBytes = GoalValues.most(of(then.bytes(), pool));
        var bytes = 0.0;
        for (var broker : pool) {
            var count = Math.max(Math.ceil(countLevels[broker] - 1e-6), (double) most);
            var held = Math.max(band.high[broker], (double) mostBytes);
            bytes += Math.max(
                    0,
                    Math.max(
                            (double) at(now.bytes(), broker) - held,
                            ofSmallest((double) at(now.replicas(), broker) - count)));
        }
        return bytes;
    }

    /** The same of all brokers, with those that may hold nothing. */
    private double offAll() {
        var eligible = pools().stream().mapToDouble(this::off).sum();
        if (before.partitions().stream().anyMatch(one -> one.brokers().size() > one.wanted())) {
            return 0;
        }
        return eligible
                + before.partitions().stream()
                        .mapToDouble(one -> (double) one.bytes()
                                * one.brokers().stream()
                                        .filter(id -> Arrays.binarySearch(layout.ids, id) < 0)
                                        .count())
                        .sum();
    }

    private double ofSmallest(double count) {
        return count < 1 ? 0 : smallest[(int) count - 1];
    }

    /** Brokers that can give to each other: all, or those of each rack where there is one replica per rack. */
    private List<List<Integer>> pools() {
        var apart = Arrays.stream(layout.wanted).allMatch(wanted -> wanted == layout.racks);
        var pools = IntStream.range(0, layout.brokers)
                .boxed()
                .collect(Collectors.groupingBy(
                        broker -> apart ? layout.rack[broker] : 0, TreeMap::new, Collectors.toList()));
        return List.copyOf(pools.values());
    }

    private List<Long> of(Map<Integer, Long> values, List<Integer> pool) {
        return pool.stream().map(broker -> at(values, broker)).toList();
    }

    private long at(Map<Integer, Long> values, int broker) {
        return values.getOrDefault(layout.ids[broker], 0L);
    }
}
