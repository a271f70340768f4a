package io.millrace.operator.intent;

import java.util.Set;

/** Settings that the queue layer takes while it runs: it watches its file (docs/configuration.md; a test on each side reads that page). */
public final class LiveQueueSettings {

    /** What settings of {@code spec.queues.config} begin with in the file. */
    public static final String PREFIX = "millrace.queues.";

    private static final Set<String> LIVE = Set.of(
            PREFIX + "consumer.timeout.ms",
            PREFIX + "disk.free.limit.bytes",
            PREFIX + "disk.free.low.watermark",
            PREFIX + "memory.high.watermark");

    private LiveQueueSettings() {}

    /** Returns whether the queue layer takes it while it runs; by its name in the file. */
    public static boolean isLive(String name) {
        return LIVE.contains(name);
    }
}
