package io.millrace.operator.rebalance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings every group to its replication factor, on brokers that may hold it and on as many racks as there can be, with
 * as few new replicas as that takes.
 */
final class HardGoals {

    private final Layout layout;
    private final double[] countLevels;
    private final double[] byteLevels;

    HardGoals(Layout layout) {
        this.layout = layout;
        this.countLevels = Levels.ofCounts(layout);
        this.byteLevels = Levels.ofBytes(layout);
    }

    /** Mends what is not as it has to be, the largest first: the small ones then fill up what is left uneven. */
    void run() {
        for (int group = layout.groups - 1; group >= 0; group--) {
            if (!isKept(group)) {
                repair(group);
            }
        }
    }

    private boolean isKept(int group) {
        var list = layout.at(group);
        if (list.length != layout.wanted[group] || Layout.contains(list, Layout.NOWHERE)) {
            return false;
        }
        return racks(Arrays.stream(list).boxed().toList()).size() == layout.racksOf(group);
    }

    private void repair(int group) {
        var before = Arrays.stream(layout.at(group)).boxed().toList();
        var live = new ArrayList<>(before);
        live.removeIf(broker -> broker == Layout.NOWHERE);
        live.sort(Comparator.<Integer>comparingDouble(this::surplus).thenComparing(before::indexOf));
        var kept = kept(group, live);
        var list = new ArrayList<>(before);
        list.retainAll(kept);
        var leader = before.isEmpty() ? Layout.NOWHERE : before.getFirst();
        if (!kept.contains(leader)) {
            leadByTheLeastBusy(list);
        }
        while (list.size() < layout.wanted[group]) {
            list.add(next(group, list));
        }
        layout.place(group, list.stream().mapToInt(Integer::intValue).toArray());
    }

    private void leadByTheLeastBusy(List<Integer> list) {
        list.stream()
                .min(Comparator.comparingInt(broker -> layout.leaders[broker]))
                .ifPresent(leader -> Collections.swap(list, 0, list.indexOf(leader)));
    }

    /** Replicas that stay: one in each rack, then others as long as enough room is left for the racks without one. */
    private Set<Integer> kept(int group, List<Integer> live) {
        var wanted = layout.wanted[group];
        Set<Integer> kept = new HashSet<>();
        Set<Integer> covered = new HashSet<>();
        for (var broker : live) {
            if (kept.size() < wanted && covered.add(layout.rack[broker])) {
                kept.add(broker);
            }
        }
        var room = wanted - Math.max(0, layout.racksOf(group) - covered.size());
        for (var broker : live) {
            if (kept.size() < room) {
                kept.add(broker);
            }
        }
        return kept;
    }

    /** The broker that lacks most, on a new rack if need be. */
    private int next(int group, List<Integer> list) {
        var covered = racks(list);
        var isNewRackNeeded = layout.wanted[group] - list.size() <= layout.racksOf(group) - covered.size();
        var best = Layout.NOWHERE;
        for (int broker = 0; broker < layout.brokers; broker++) {
            var willDo = !list.contains(broker) && !(isNewRackNeeded && covered.contains(layout.rack[broker]));
            if (willDo && (best == Layout.NOWHERE || lacksMore(broker, best))) {
                best = broker;
            }
        }
        return best;
    }

    private boolean lacksMore(int broker, int than) {
        var byCount = Double.compare(surplus(broker), surplus(than));
        return byCount < 0
                || (byCount == 0 && layout.bytes[broker] - byteLevels[broker] < layout.bytes[than] - byteLevels[than]);
    }

    private double surplus(int broker) {
        return layout.count[broker] - countLevels[broker];
    }

    private Set<Integer> racks(List<Integer> list) {
        var racks = new HashSet<Integer>();
        list.forEach(broker -> racks.add(layout.rack[broker]));
        return racks;
    }
}
