package io.millrace.operator.rebalance;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Brings the bytes that brokers hold into the band, by moving a replica or exchanging two. No step makes counts or
 * leaders less even, and none copies more than {@link #PRICE} bytes for each that it brings into the band.
 */
final class ByteBalance {

    /** Bytes that may be copied for a byte of balance. */
    private static final int PRICE = 8;

    /** How many of the smallest replicas may come back, and how many next to the ideal size may go: bounds of a search. */
    private static final int SMALLEST = 64;

    private static final int NEIGHBOURS = 8;

    private static final int NOTHING = -1;

    private final Layout layout;
    private final ByteBand band;
    private final double leastGain;

    /** Pairs without a step, for each kind of sweep. */
    private final List<ClosedPairs> closed;

    ByteBalance(Layout layout, ByteBand band) {
        this.layout = layout;
        this.band = band;
        this.leastGain = band.leastGain();
        this.closed = Stream.generate(() -> new ClosedPairs(layout)).limit(4).toList();
    }

    /** Balances; tells whether anything changed. */
    boolean run() {
        var changed = false;
        // What is being copied anyhow may go elsewhere for nothing: only what that leaves is worth copying more.
        while (!layout.isWorn()
                && (sweep(true, true) || sweep(true, false) || sweep(false, true) || sweep(false, false))) {
            changed = true;
        }
        return changed;
    }

    /** Steps between all pairs of brokers, with replicas that arrived only or with all. */
    private boolean sweep(boolean givesArrived, boolean takesArrived) {
        var order = IntStream.range(0, layout.brokers)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(band::filled).thenComparingInt(broker -> broker))
                .toList();
        var pairs = closed.get((givesArrived ? 1 : 0) + (takesArrived ? 2 : 0));
        var changed = false;
        for (var from : order.reversed()) {
            for (var to : order) {
                layout.look(1);
                while (!to.equals(from) && !layout.isWorn() && !pairs.hasStill(from, to) && isWorthwhile(from, to)) {
                    if (step(from, to, givesArrived, takesArrived)) {
                        changed = true;
                    } else {
                        pairs.close(from, to);
                    }
                }
            }
        }
        return changed;
    }

    private boolean isWorthwhile(int from, int to) {
        return layout.bytes[from] > band.low[from]
                && layout.bytes[to] < band.high[to]
                && outside(from, to, 0) >= leastGain;
    }

    private double outside(int from, int to, long bytes) {
        return band.outside(from, (double) layout.bytes[from] - bytes)
                + band.outside(to, (double) layout.bytes[to] + bytes);
    }

    private double gain(int from, int to, long bytes) {
        return outside(from, to, 0) - outside(from, to, bytes);
    }

    /** The first step that will do: the smaller what comes back, the less is copied for the same gain. */
    private boolean step(int from, int to, boolean givesArrived, boolean takesArrived) {
        var give = givesArrived ? layout.arrived[from] : layout.on[from];
        var take = takesArrived ? layout.arrived[to] : layout.on[to];
        if (tryStep(from, to, give, NOTHING)) {
            return true;
        }
        var most = gain(from, to, ideal(from, to));
        var tried = 0;
        for (int back = take.nextSetBit(0); back >= 0 && tried < SMALLEST; back = take.nextSetBit(back + 1)) {
            if (!givesArrived && PRICE * most < 2.0 * layout.size[back]) {
                return false;
            }
            tried++;
            if (layout.canMove(back, to, from) && tryStep(from, to, give, back)) {
                return true;
            }
        }
        return false;
    }

    /** Returns how much should flow at best. */
    private long ideal(int from, int to) {
        var lacks = Math.max(layout.bytes[from] - band.high[from], band.low[to] - layout.bytes[to]);
        var room = Math.min(layout.bytes[from] - band.low[from], band.high[to] - layout.bytes[to]);
        return Math.round(Math.min(lacks, room));
    }

    private boolean tryStep(int from, int to, BitSet give, int back) {
        var returned = back == NOTHING ? 0 : layout.size[back];
        var place = layout.firstOfSize(returned + ideal(from, to));
        var tried = 0;
        for (int group = place == 0 ? -1 : give.previousSetBit(place - 1);
                group >= 0 && tried < NEIGHBOURS && isGain(from, to, layout.size[group] - returned);
                group = group == 0 ? -1 : give.previousSetBit(group - 1)) {
            tried++;
            layout.look(1);
            if (willDo(group, back, from, to)) {
                return perform(group, back, from, to);
            }
        }
        tried = 0;
        for (int group = give.nextSetBit(place);
                group >= 0 && tried < NEIGHBOURS && isGain(from, to, layout.size[group] - returned);
                group = give.nextSetBit(group + 1)) {
            tried++;
            layout.look(1);
            if (willDo(group, back, from, to)) {
                return perform(group, back, from, to);
            }
        }
        return false;
    }

    private boolean isGain(int from, int to, long bytes) {
        return gain(from, to, bytes) >= leastGain;
    }

    private boolean perform(int group, int back, int from, int to) {
        layout.move(group, from, to);
        if (back != NOTHING) {
            layout.move(back, to, from);
        }
        return true;
    }

    private boolean willDo(int group, int back, int from, int to) {
        if (group == back || !layout.canMove(group, from, to)) {
            return false;
        }
        var isBack = back != NOTHING;
        var copied = layout.copied(group, from, to) + (isBack ? layout.copied(back, to, from) : 0);
        var flow = layout.size[group] - (isBack ? layout.size[back] : 0);
        if (gain(from, to, flow) * PRICE < copied) {
            return false;
        }
        var count = layout.weight[group] - (isBack ? layout.weight[back] : 0);
        var leaders = led(group, from) - (isBack ? led(back, to) : 0);
        return keepsEven(count, layout.count[from] - layout.count[to])
                && keepsEven(leaders, layout.leaders[from] - layout.leaders[to]);
    }

    private int led(int group, int broker) {
        return layout.led[broker].get(group) ? layout.weight[group] : 0;
    }

    /** Whether a flow leaves the sum of squares as it is or lowers it. */
    private static boolean keepsEven(int flow, int difference) {
        return (long) flow * (difference - flow) >= 0;
    }
}
