package io.millrace.operator.rebalance;

import java.util.Arrays;
import java.util.stream.IntStream;

/** How far what a broker holds may be from its level: bytes are moved to bring brokers into the band, and no further. */
final class ByteBand {

    /** A tenth up or down counts as even. Closer would mean to copy data for every new topic. */
    static final double TOLERANCE = 0.1;

    final double[] low;
    final double[] high;
    private final Layout layout;
    private final double[] levels;
    private final boolean racksAreApart;

    ByteBand(Layout layout) {
        this.layout = layout;
        this.levels = Levels.ofBytes(layout);
        this.low = Arrays.stream(levels).map(level -> level * (1 - TOLERANCE)).toArray();
        this.high = Arrays.stream(levels).map(level -> level * (1 + TOLERANCE)).toArray();
        this.racksAreApart = Arrays.stream(layout.wanted).allMatch(wanted -> wanted == layout.racks);
    }

    /** Returns the share of its level that a broker holds. */
    double filled(int broker) {
        return levels[broker] == 0 ? 1 : layout.bytes[broker] / levels[broker];
    }

    /** Returns how much a broker is outside of the band if it holds so much. */
    double outside(int broker, double bytes) {
        return Math.max(0, bytes - high[broker]) + Math.max(0, low[broker] - bytes);
    }

    /** Returns the least that counts as a gain: a thousandth of the mean level, or a byte. */
    double leastGain() {
        return Math.max(1, Arrays.stream(levels).average().orElse(0) / 1000);
    }

    /** Returns what each broker should hold so that all are in the band and as little as possible is copied. */
    double[] targets() {
        var targets = new double[layout.brokers];
        for (int pool = 0; pool < (racksAreApart ? layout.racks : 1); pool++) {
            var rack = pool;
            var members = IntStream.range(0, layout.brokers)
                    .filter(broker -> !racksAreApart || layout.rack[broker] == rack)
                    .toArray();
            var nearest = Levels.nearest(
                    Arrays.stream(members)
                            .mapToDouble(broker -> layout.bytes[broker])
                            .toArray(),
                    Arrays.stream(members).mapToDouble(broker -> low[broker]).toArray(),
                    Arrays.stream(members).mapToDouble(broker -> high[broker]).toArray());
            for (int i = 0; i < members.length; i++) {
                targets[members[i]] = nearest[i];
            }
        }
        return targets;
    }
}
