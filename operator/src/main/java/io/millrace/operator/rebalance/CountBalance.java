package io.millrace.operator.rebalance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Evens out how many partitions brokers hold. What counts is the sum of squares: every step lowers it, and at the end
 * no step does, neither one move nor a chain of moves that passes a load on over other brokers.
 */
final class CountBalance {

    private final Layout layout;
    private final double[] levels;
    private final ByteBand band;
    private final BrokerOrder order;

    /** Pairs between which nothing can move, and no single partition. */
    private final ClosedPairs closed;

    private final ClosedPairs closedToOne;

    CountBalance(Layout layout, ByteBand band) {
        this.layout = layout;
        this.band = band;
        this.levels = Levels.ofCounts(layout);
        this.order = new BrokerOrder(layout.brokers, this::compare);
        this.closed = new ClosedPairs(layout);
        this.closedToOne = new ClosedPairs(layout);
    }

    /** Balances; tells whether anything changed. */
    boolean run() {
        var changed = false;
        while (!layout.isWorn() && round()) {
            changed = true;
        }
        return changed;
    }

    /** Until nothing goes any more between pairs that were not seen closed: a later move may have opened them again. */
    private boolean round() {
        closed.openChanged();
        closedToOne.openChanged();
        var targets = band.targets();
        var changed = false;
        while (!layout.isWorn() && (direct(targets) || chain())) {
            changed = true;
        }
        return changed;
    }

    /** One move, from a broker that holds as much as possible to one that holds as little as possible. */
    private boolean direct(double[] targets) {
        var order = this.order.sorted();
        for (int high = order.length - 1; high > 0 && !layout.isWorn(); high--) {
            for (int low = 0; low < high; low++) {
                layout.look(1);
                var from = order[high];
                var to = order[low];
                if (layout.count[from] - layout.count[to] < 2) {
                    break;
                }
                if (!closed.has(from, to) && move(from, to, targets[from])) {
                    return true;
                }
            }
        }
        return false;
    }

    private int compare(int one, int other) {
        var byCount = Integer.compare(layout.count[one], layout.count[other]);
        return byCount != 0 ? byCount : Double.compare(band.filled(one), band.filled(other));
    }

    /** What is being copied anyhow goes first; then what is as large as the source's share for each that has to go. */
    private boolean move(int from, int to, double target) {
        var share = (layout.bytes[from] - target) / Math.max(1, layout.count[from] - levels[from]);
        var room = layout.count[from] - layout.count[to];
        var group = movable(from, to, Math.max(0, Math.round(share)), room);
        if (group < 0) {
            closed.close(from, to);
            return false;
        }
        layout.move(group, from, to);
        return true;
    }

    private int movable(int from, int to, long size, int room) {
        var group = layout.nearest(
                layout.arrived[from], size, one -> layout.weight[one] < room && layout.canMove(one, from, to));
        return group >= 0
                ? group
                : layout.nearest(
                        layout.on[from], size, one -> layout.weight[one] < room && layout.canMove(one, from, to));
    }

    /** A chain of moves of single partitions, when none goes directly. */
    private boolean chain() {
        var order = this.order.sorted();
        for (int high = order.length - 1; high > 0 && !layout.isWorn(); high--) {
            if (layout.count[order[high]] - layout.count[order[0]] < 2) {
                return false;
            }
            var chain = chainFrom(order[high]);
            if (chain.isPresent() && pass(chain.get())) {
                return true;
            }
        }
        return false;
    }

    /** A step of a chain. */
    private record Link(int group, int from, int to) {}

    private Optional<List<Link>> chainFrom(int source) {
        var links = new Link[layout.brokers];
        var seen = new boolean[layout.brokers];
        var next = new ArrayDeque<Integer>();
        seen[source] = true;
        next.add(source);
        while (!next.isEmpty()) {
            var from = next.remove();
            layout.look(layout.brokers);
            for (int to = 0; to < layout.brokers; to++) {
                var isOpen = !seen[to] && !closed.has(from, to) && !closedToOne.has(from, to);
                var group = isOpen ? movable(from, to, 0, 2) : -1;
                if (isOpen && group < 0) {
                    closedToOne.close(from, to);
                }
                if (group >= 0) {
                    seen[to] = true;
                    links[to] = new Link(group, from, to);
                    next.add(to);
                    if (layout.count[source] - layout.count[to] >= 2) {
                        return Optional.of(traced(links, source, to));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static List<Link> traced(Link[] links, int source, int end) {
        var chain = new ArrayList<Link>();
        for (int at = end; at != source; at = links[at].from()) {
            chain.add(links[at]);
        }
        return chain;
    }

    /** From the end to the beginning; taken back if one link does not hold because of another. */
    private boolean pass(List<Link> chain) {
        var done = new ArrayDeque<Link>();
        for (var link : chain) {
            if (!layout.canMove(link.group(), link.from(), link.to())) {
                done.forEach(one -> layout.move(one.group(), one.to(), one.from()));
                return false;
            }
            layout.move(link.group(), link.from(), link.to());
            done.push(link);
        }
        return true;
    }
}
