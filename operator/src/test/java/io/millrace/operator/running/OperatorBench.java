package io.millrace.operator.running;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.millrace.api.v1alpha1.ClusterRef;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.api.v1alpha1.TopicSpec;
import io.millrace.operator.client.BrokerAdmin;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaProcess;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.observe.WaitingTopics;
import io.millrace.operator.reconcile.TopicReconciler;
import io.millrace.operator.reconcile.TopologyWatch;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * ./dev bench operator: how many Topic objects a second become Ready, how long a new one takes beside many that are at
 * rest, and what those cost. A real API server and a real broker in processes of their own; the reconcilers in this one, with
 * the heap an operator has. Arguments: objects applied at once (1000), objects at rest (10000), seconds of rest (60).
 */
final class OperatorBench {

    private static final int WRITERS = 16;
    private static final int ONE_BY_ONE = 100;
    private static final int MEGABYTE = 1 << 20;
    private static final Pattern WRITES = Pattern.compile(
            "apiserver_request_total\\{(?=[^}]*verb=\"(?:POST|PUT|PATCH|APPLY|DELETE)\")(?=[^}]*(?:group=\"millrace.io\"|resource=\"events\"))"
                    + "[^}]*} ([0-9.e+]+)");

    private final Map<String, Long> readyAt = new ConcurrentHashMap<>();
    private Harness harness;

    private OperatorBench() {}

    public static void main(String[] args) throws Exception {
        var numbers = IntStream.of(1000, 10_000, 60).toArray();
        for (int i = 0; i < args.length; i++) {
            numbers[i] = Integer.parseInt(args[i]);
        }
        new OperatorBench().run(numbers[0], numbers[1], numbers[2]);
        System.exit(0);
    }

    private void run(int atOnce, int atRest, int seconds) throws Exception {
        try (var kafka = KafkaProcess.start()) {
            say(
                    "raw Admin ceiling, %d topics in one request after the other: %,.0f per second",
                    atOnce, ceiling(kafka, atOnce));
            var parts = new Parts();
            try (var operator = BrokerAdmin.connect(Map.of("bootstrap.servers", kafka.bootstrap()))) {
                var connections = new LocalConnections(operator);
                harness = new Harness(
                        parts.meters(),
                        List.of(new TopicReconciler(
                                connections,
                                new TopologyWatch(connections, parts.lookout()),
                                parts.leaves(),
                                parts.lookout(),
                                new WaitingTopics())));
                harness.servingCluster("orders", "queues: {enabled: false}");
                watch();
                say("%d objects applied at once: %,.0f Ready per second", atOnce, rate("first", atOnce));
                say("%d more: %,.0f Ready per second", atRest - atOnce, rate("more", atRest - atOnce));
                var times = oneByOne();
                say(
                        "a new object beside %d: Ready after %d ms in the median, %d ms in the 99th percentile",
                        atRest, times.get(times.size() / 2), times.get(times.size() * 99 / 100 - 1));
                rest(seconds);
            } finally {
                parts.lookout().close();
            }
        }
    }

    /** What the broker does by itself: the same requests without an operator. */
    private static double ceiling(KafkaProcess kafka, int count) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            var begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                admin.createTopics(List.of(new NewTopic("raw-" + i, 1, (short) 1)))
                        .all()
                        .get();
            }
            var rate = count / seconds(begin);
            var names = IntStream.range(0, count).mapToObj(i -> "raw-" + i).toList();
            admin.deleteTopics(names).all().get();
            return rate;
        }
    }

    private void watch() {
        Harness.client().resources(Topic.class).inNamespace(harness.namespace()).inform(new ReadyTimes(readyAt));
    }

    private double rate(String prefix, int count) throws InterruptedException {
        var begin = System.nanoTime();
        inParallel(count, i -> create(prefix + "-" + i));
        for (int i = 0; i < count; i++) {
            awaitReady(prefix + "-" + i);
        }
        return count / seconds(begin);
    }

    /** Sorted, in milliseconds. */
    private List<Long> oneByOne() {
        var times = new ArrayList<Long>();
        for (int i = 0; i < ONE_BY_ONE; i++) {
            var name = "single-" + i;
            var begin = System.nanoTime();
            create(name);
            times.add(TimeUnit.NANOSECONDS.toMillis(awaitReady(name) - begin));
        }
        return times.stream().sorted().toList();
    }

    private void rest(int seconds) throws InterruptedException {
        // What the last objects have set off comes to its end first.
        TimeUnit.SECONDS.sleep(seconds / 4);
        System.gc();
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEGABYTE;
        var writes = writes();
        var cpu = cpuNanos();
        TimeUnit.SECONDS.sleep(seconds);
        say(
                "%d s of rest: %.0f writes to the API server, %.1f %% of a core, %d MB of heap live",
                seconds,
                writes() - writes,
                100.0 * (cpuNanos() - cpu) / Duration.ofSeconds(seconds).toNanos(),
                heap);
    }

    private static double writes() {
        return WRITES.matcher(Harness.client().raw("/metrics"))
                .results()
                .mapToDouble(match -> Double.parseDouble(match.group(1)))
                .sum();
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }

    private void create(String name) {
        var topic = new Topic();
        topic.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(harness.namespace())
                .build());
        topic.setSpec(
                new TopicSpec(new ClusterRef("orders", null), null, 1, 1, null, null, null, null, null, null, null));
        Harness.client().resource(topic).create();
    }

    private long awaitReady(String name) {
        Harness.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> readyAt.containsKey(name));
        return readyAt.getOrDefault(name, 0L);
    }

    private static void inParallel(int count, IntConsumer work) throws InterruptedException {
        try (var writers = Executors.newFixedThreadPool(WRITERS)) {
            IntStream.range(0, count).forEach(i -> writers.execute(() -> work.accept(i)));
        }
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void say(String format, Object... values) {
        System.out.printf(format + "%n", values);
    }
}
