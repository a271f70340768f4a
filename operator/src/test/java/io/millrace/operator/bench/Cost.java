package io.millrace.operator.bench;

import io.millrace.operator.fixture.Harness;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What it costs to be at rest: writes to the API server, processor time and heap of this process. */
final class Cost {

    private static final int MEGABYTE = 1 << 20;
    private static final Pattern WRITES = Pattern.compile(
            "apiserver_request_total\\{(?=[^}]*verb=\"(?:POST|PUT|PATCH|APPLY|DELETE)\")(?=[^}]*(?:group=\"millrace.io\"|resource=\"events\"))"
                    + "[^}]*} ([0-9.e+]+)");

    private Cost() {}

    /** Waits, and says what was spent meanwhile. */
    static void ofRest(String of, int seconds) throws InterruptedException {
        // What the last objects have set off comes to its end first.
        TimeUnit.SECONDS.sleep(30);
        System.gc();
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEGABYTE;
        var writes = writes();
        var cpu = cpuNanos();
        TimeUnit.SECONDS.sleep(seconds);
        Words.say(
                "%s, %d s of rest: %.0f writes to the API server, %.1f %% of a core, %d MB of heap live",
                of,
                seconds,
                writes() - writes,
                100.0 * (cpuNanos() - cpu) / Duration.ofSeconds(seconds).toNanos(),
                heap);
    }

    static double writes() {
        return WRITES.matcher(Harness.client().raw("/metrics"))
                .results()
                .mapToDouble(match -> Double.parseDouble(match.group(1)))
                .sum();
    }

    static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }
}
