package io.millrace.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A steady rate. What was lost to a short delay is made up for, what was lost to a long one is not. Of one thread. */
final class Pace {
    private static final long FORGIVEN_NS = Duration.ofMillis(100).toNanos();

    private final long periodNs;
    private long dueNs = System.nanoTime();

    Pace(int perSecond) {
        periodNs = Duration.ofSeconds(1).toNanos() / perSecond;
    }

    /** Returns when the next one is due. */
    void await() {
        dueNs = Math.max(dueNs + periodNs, System.nanoTime() - FORGIVEN_NS);
        for (var left = dueNs - System.nanoTime(); left > 0; left = dueNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
