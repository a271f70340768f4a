package io.millrace.operator.rebalance;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Evens out how many partitions brokers lead. First by the order of replica lists, which copies nothing: a chain of
 * changes of the leader passes the load on. Only what that cannot do (partitions of one replica) is done by exchanging
 * replicas between two brokers.
 */
final class LeaderBalance {

    private final Layout layout;

    private final BrokerOrder order;

    /** Single partitions that the first leads and the second could. */
    private final int[][] handover;

    LeaderBalance(Layout layout) {
        this.layout = layout;
        this.order = new BrokerOrder(
                layout.brokers, (one, other) -> Integer.compare(layout.leaders[one], layout.leaders[other]));
        this.handover = new int[layout.brokers][layout.brokers];
    }

    /** Balances; tells whether anything changed. */
    boolean run() {
        Arrays.stream(handover).forEach(row -> Arrays.fill(row, 0));
        for (int group = 0; group < layout.groups; group++) {
            count(group, 1);
        }
        var changed = units();
        while (!layout.isWorn() && (chain() || exchange() || units())) {
            changed = true;
        }
        return changed;
    }

    private boolean units() {
        var changed = false;
        layout.look(layout.groups);
        for (int group = layout.groups - 1; group >= 0; group--) {
            if (layout.weight[group] == 1) {
                continue;
            }
            var leader = layout.at(group)[0];
            var least = leader;
            for (var broker : layout.at(group)) {
                least = layout.leaders[broker] < layout.leaders[least] ? broker : least;
            }
            if (layout.leaders[leader] - layout.leaders[least] > layout.weight[group]) {
                layout.lead(group, least);
                changed = true;
            }
        }
        return changed;
    }

    private void count(int group, int by) {
        if (layout.weight[group] == 1) {
            var leader = layout.at(group)[0];
            for (var broker : layout.at(group)) {
                handover[leader][broker] += broker == leader ? 0 : by;
            }
        }
    }

    private boolean chain() {
        var order = this.order.sorted();
        for (int high = order.length - 1; high > 0; high--) {
            if (layout.leaders[order[high]] - layout.leaders[order[0]] < 2) {
                return false;
            }
            if (passOn(order[high], order)) {
                return true;
            }
        }
        return false;
    }

    /** The shortest way from a broker that leads too much to one that leads at least two less. */
    private boolean passOn(int source, int[] order) {
        var before = new int[layout.brokers];
        Arrays.fill(before, -1);
        before[source] = source;
        var next = new ArrayDeque<Integer>();
        next.add(source);
        while (!next.isEmpty()) {
            var from = next.remove();
            layout.look(layout.brokers);
            for (var to : order) {
                if (before[to] < 0 && handover[from][to] > 0) {
                    before[to] = from;
                    next.add(to);
                    if (layout.leaders[source] - layout.leaders[to] >= 2) {
                        for (int at = to; at != source; at = before[at]) {
                            handOver(before[at], at);
                        }
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** What changes anyhow goes first, then nobody has to look at more partitions than need be. */
    private void handOver(int from, int to) {
        var any = -1;
        var led = layout.led[from];
        for (int group = led.nextSetBit(0); group >= 0; group = led.nextSetBit(group + 1)) {
            layout.look(1);
            if (layout.weight[group] == 1 && layout.on[to].get(group)) {
                any = group;
                if (!layout.isUnchanged(group)) {
                    break;
                }
            }
        }
        count(any, -1);
        layout.lead(any, to);
        count(any, 1);
    }

    /** A replica that is led for one that is not, between brokers that no chain connects. */
    private boolean exchange() {
        var order = this.order.sorted();
        for (int high = order.length - 1; high > 0 && !layout.isWorn(); high--) {
            for (int low = 0; low < high; low++) {
                if (layout.leaders[order[high]] - layout.leaders[order[low]] < 2) {
                    break;
                }
                if (exchange(order[high], order[low])) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean exchange(int from, int to) {
        layout.look(1 + layout.groups / Long.SIZE);
        var led = layout.led[from];
        var followed = (BitSet) layout.on[to].clone();
        followed.andNot(layout.led[to]);
        var leader = smallest(led, layout.arrived[from], from, to);
        var follower = smallest(followed, layout.arrived[to], to, from);
        if (leader < 0 || follower < 0) {
            return false;
        }
        count(leader, -1);
        count(follower, -1);
        layout.move(leader, from, to);
        layout.move(follower, to, from);
        count(leader, 1);
        count(follower, 1);
        return true;
    }

    private int smallest(BitSet set, BitSet arrived, int from, int to) {
        var group = layout.nearest(set, 0, one -> arrived.get(one) && movable(one, from, to));
        return group >= 0 ? group : layout.nearest(set, 0, one -> movable(one, from, to));
    }

    private boolean movable(int group, int from, int to) {
        return layout.weight[group] == 1 && layout.canMove(group, from, to);
    }
}
