package io.millrace.broker.log.kafka;

import static org.awaitility.Awaitility.await;

import io.millrace.broker.launcher.FreePorts;
import io.millrace.broker.launcher.KafkaNode;
import io.millrace.broker.log.SlotAssignment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipGroupIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TIMES = 15;
    private static final Duration WATCHED = Duration.ofSeconds(3);
    private static final double BUSY = 0.2;

    /** The slots of this member now. */
    private static final class Slots implements SlotAssignment {
        private final Set<Integer> mine = ConcurrentHashMap.newKeySet();
        private final AtomicInteger losses = new AtomicInteger();

        @Override
        public void assigned(Set<Integer> slots) {
            mine.addAll(slots);
        }

        @Override
        public void revoked(Set<Integer> slots) {
            mine.removeAll(slots);
        }

        @Override
        public void lost(Set<Integer> slots) {
            mine.removeAll(slots);
            losses.incrementAndGet();
        }
    }

    /** One pod's logs, and a client that disturbs it. */
    private interface Disturbance {
        void of(KafkaLogs logs, Admin admin, Slots slots) throws Exception;
    }

    private static void on(Path data, Disturbance disturbance) throws Exception {
        try (var node = KafkaNode.standalone(FreePorts.next(), FreePorts.next(), data)) {
            node.start();
            var slots = new Slots();
            try (var logs = new KafkaLogs(Map.of("bootstrap.servers", node.bootstrap()), "pod-0", 1, 1);
                    var admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap()))) {
                logs.joinOwners(slots);
                disturbance.of(logs, admin, slots);
            }
        }
    }

    private static void awaitAll(KafkaLogs logs, Slots slots) {
        await().atMost(PATIENCE).until(() -> slots.mine.size() == logs.slotCount());
    }

    private static void putOut(Admin admin) throws Exception {
        admin.removeMembersFromConsumerGroup(InternalTopics.OWNERS, new RemoveMembersFromConsumerGroupOptions())
                .all()
                .get();
    }

    @Test
    void aMemberThatIsPutOutComesBackAndRests(@TempDir Path data) throws Exception {
        on(data, (logs, admin, slots) -> {
            for (int time = 0; time < TIMES; time++) {
                awaitAll(logs, slots);
                int losses = slots.losses.get();
                putOut(admin);
                await().atMost(PATIENCE).until(() -> slots.losses.get() > losses);
            }
            awaitAll(logs, slots);

            await("rest")
                    .pollInterval(WATCHED)
                    .atMost(PATIENCE)
                    .until(new CpuShare("ownership"), share -> share < BUSY);
        });
    }

    @Test
    void aMemberWhoseGroupIsGoneLosesItsSlotsAndJoinsANewOne(@TempDir Path data) throws Exception {
        on(data, (logs, admin, slots) -> {
            awaitAll(logs, slots);

            putOut(admin);
            admin.deleteConsumerGroups(List.of(InternalTopics.OWNERS)).all().get();

            await().atMost(PATIENCE).until(() -> slots.losses.get() > 0);
            awaitAll(logs, slots);
        });
    }

    /** How much of a core the threads of a name have taken since it was asked for last. */
    private static final class CpuShare implements Callable<Double> {
        private final String name;
        private long cpuNanos;
        private long nanos = System.nanoTime();

        CpuShare(String name) {
            this.name = name;
            cpuNanos = cpuNanos();
        }

        @Override
        public Double call() {
            long cpuBefore = cpuNanos;
            long before = nanos;
            cpuNanos = cpuNanos();
            nanos = System.nanoTime();
            return (double) (cpuNanos - cpuBefore) / (nanos - before);
        }

        private long cpuNanos() {
            var threads = ManagementFactory.getThreadMXBean();
            return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                    .filter(thread -> thread != null && thread.getThreadName().equals(name))
                    .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
                    .sum();
        }
    }
}
