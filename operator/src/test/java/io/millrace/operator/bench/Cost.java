package io.millrace.operator.bench;

import io.millrace.operator.fixture.ApiRequests;
import io.millrace.operator.fixture.Harness;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** What it costs to be at rest: writes to the API server, processor time and heap of this process. */
final class Cost {

    /** Nothing was written for so long: all is at rest. */
    private static final Duration QUIET = Duration.ofSeconds(15);

    private static final int MEGABYTE = 1 << 20;

    private Cost() {}

    /** Waits, and says what was spent meanwhile. */
    static void ofRest(String of, int seconds) {
        // What the last objects have set off comes to its end first.
        var seen = new AtomicReference<>(-1.0);
        Harness.await().atMost(Duration.ofMinutes(10)).pollInterval(QUIET).until(() -> seen.getAndSet(writes())
                .equals(seen.get()));
        System.gc();
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEGABYTE;
        var writes = writes();
        var cpu = cpuNanos();
        var span = Duration.ofSeconds(seconds);
        Harness.await().pollDelay(span).atMost(span.plusMinutes(1)).until(() -> true);
        Words.say(
                "%s, %d s of rest: %.0f writes to the API server, %.1f %% of a core, %d MB of heap live",
                of,
                seconds,
                writes() - writes,
                100.0 * (cpuNanos() - cpu) / Duration.ofSeconds(seconds).toNanos(),
                heap);
    }

    static double writes() {
        return ApiRequests.count("POST|PUT|PATCH|APPLY|DELETE", "group=\"millrace.io\"|resource=\"events\"");
    }

    static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }
}
