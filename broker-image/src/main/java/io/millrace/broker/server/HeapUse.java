package io.millrace.broker.server;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What lives on the heap: its use after the last collection, because before one much of it is garbage. */
final class HeapUse {
    private static final int IDLE_LOOKS = 10;

    private final List<GarbageCollectorMXBean> collectors =
            ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
    private final Set<String> heapPools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toSet());
    private long lastEndMs;
    private int looksWithoutCollection;

    static long maxBytes() {
        return Runtime.getRuntime().maxMemory();
    }

    /** Use after the last collection; 0 before the first. */
    long bytes() {
        var last = last();
        if (last == null) {
            return 0;
        }
        looksWithoutCollection = last.getEndTime() == lastEndMs ? looksWithoutCollection + 1 : 0;
        lastEndMs = last.getEndTime();
        return last.getMemoryUsageAfterGc().entrySet().stream()
                .filter(pool -> heapPools.contains(pool.getKey()))
                .mapToLong(pool -> pool.getValue().getUsed())
                .sum();
    }

    /** While publishers wait nobody may allocate, and without a collection nobody would see that there is room again. */
    void collectIfIdle() {
        if (looksWithoutCollection >= IDLE_LOOKS) {
            looksWithoutCollection = 0;
            Thread.ofVirtual().name("alarm-collection").start(System::gc);
        }
    }

    private @Nullable GcInfo last() {
        GcInfo last = null;
        for (var collector : collectors) {
            var info = collector.getLastGcInfo();
            if (info != null && (last == null || info.getEndTime() > last.getEndTime())) {
                last = info;
            }
        }
        return last;
    }
}
