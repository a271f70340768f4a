package io.millrace.broker.faults;

import java.util.stream.LongStream;

/** What runs differ by: the pod that is hit, and what clients do. The logs name them. */
final class Seeds {
    private Seeds() {}

    /** The first is {@code -Dfaults.seed}, or by chance; {@code -Dfaults.rounds} of them. */
    static LongStream all() {
        long first = Long.getLong("faults.seed", System.nanoTime() & 0xFFFF_FFFFL);
        return LongStream.range(first, first + Integer.getInteger("faults.rounds", 1));
    }

    /** Each seed has its pod, the next seed the next one. */
    static int pod(long seed) {
        return Math.floorMod(seed, FaultCluster.NODES);
    }
}
