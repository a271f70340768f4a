package io.millrace.operator.rebalance;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * What each broker would hold if a load were as even as the racks allow: a rack of few brokers has to hold as many
 * replicas as one of many when there is one replica per rack.
 */
final class Levels {

    private static final int STEPS = 100;

    private Levels() {}

    /** Returns the level of each broker for the number of partitions it holds. */
    static double[] ofCounts(Layout layout) {
        var load = new double[layout.groups];
        Arrays.setAll(load, group -> layout.weight[group]);
        return of(layout, load);
    }

    /** Returns the level of each broker for the bytes it holds. */
    static double[] ofBytes(Layout layout) {
        var load = new double[layout.groups];
        Arrays.setAll(load, group -> layout.size[group]);
        return of(layout, load);
    }

    private static double[] of(Layout layout, double[] load) {
        var least = new double[layout.racks];
        var most = new double[layout.racks];
        var total = 0.0;
        for (int group = 0; group < load.length; group++) {
            var wanted = layout.wanted[group];
            total += wanted * load[group];
            for (int rack = 0; rack < layout.racks; rack++) {
                var beyond = wanted - layout.racks;
                least[rack] += beyond < 0 ? 0 : load[group];
                most[rack] +=
                        beyond <= 0 ? load[group] : load[group] * Math.min(layout.brokersOfRack[rack], beyond + 1);
            }
        }
        var level = solve(even -> sum(layout, least, most, even), total, total);
        var levels = new double[layout.brokers];
        Arrays.setAll(levels, broker -> {
            var rack = layout.rack[broker];
            var brokers = layout.brokersOfRack[rack];
            return clamp(level * brokers, least[rack], most[rack]) / brokers;
        });
        return levels;
    }

    private static double sum(Layout layout, double[] least, double[] most, double even) {
        var sum = 0.0;
        for (int rack = 0; rack < layout.racks; rack++) {
            sum += clamp(even * layout.brokersOfRack[rack], least[rack], most[rack]);
        }
        return sum;
    }

    /**
     * Returns what each broker should hold so that all are within their limits and as little as possible flows.
     *
     * @param held what each holds
     * @param low least that each should hold
     * @param high most that each should hold
     */
    static double[] nearest(double[] held, double[] low, double[] high) {
        var total = 0.0;
        var within = 0.0;
        for (int broker = 0; broker < held.length; broker++) {
            total += held[broker];
            within += clamp(held[broker], low[broker], high[broker]);
        }
        // Too little for all that lack: the limit of those that give is lowered. Or the other way round.
        var give = within > total;
        var share = solve(part -> sum(held, low, high, give ? 1 - part : part, give), give ? -total : total, 1);
        var nearest = new double[held.length];
        Arrays.setAll(
                nearest, broker -> bounded(held[broker], low[broker], high[broker], give ? 1 - share : share, give));
        return nearest;
    }

    private static double sum(double[] held, double[] low, double[] high, double share, boolean give) {
        var sum = 0.0;
        for (int broker = 0; broker < held.length; broker++) {
            sum += bounded(held[broker], low[broker], high[broker], share, give);
        }
        return give ? -sum : sum;
    }

    private static double bounded(double held, double low, double high, double share, boolean give) {
        var limit = low + share * (high - low);
        return give ? clamp(held, low, limit) : clamp(held, limit, high);
    }

    /** Returns the argument between 0 and a limit at which a growing function reaches a value. */
    private static double solve(DoubleUnaryOperator growing, double value, double limit) {
        var low = 0.0;
        var high = limit;
        for (int step = 0; step < STEPS; step++) {
            var middle = (low + high) / 2;
            if (growing.applyAsDouble(middle) < value) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    static double clamp(double value, double low, double high) {
        return Math.max(low, Math.min(high, value));
    }
}
