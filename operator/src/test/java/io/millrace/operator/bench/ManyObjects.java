package io.millrace.operator.bench;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Many objects of one kind: how many a second become Ready, how long one takes beside many while all are looked at again,
 * and what they cost at rest.
 */
final class ManyObjects<T extends CustomResource<?, ?>> {

    private static final int WRITERS = 16;
    private static final Duration RESYNC_EVERY = Duration.ofSeconds(15);
    private static final int RESYNCS = 3;

    private final Harness harness;
    private final Class<T> kind;
    private final String spec;
    private final Function<T, @Nullable List<Condition>> conditions;
    private final Map<String, Long> readyAt = new ConcurrentHashMap<>();

    /**
     * Begins to watch.
     *
     * @param spec of each of them, YAML
     * @param conditions reads those of one
     */
    ManyObjects(Harness harness, Class<T> kind, String spec, Function<T, @Nullable List<Condition>> conditions) {
        this.harness = harness;
        this.kind = kind;
        this.spec = spec;
        this.conditions = conditions;
        Harness.client().resources(kind).inNamespace(harness.namespace()).inform(new ReadyTimes());
    }

    /** Measures, and says what it saw. */
    void measure(int atOnce, int atRest, int secondsOfRest) {
        var what = kind.getSimpleName() + " objects";
        Words.say("%d %s applied at once: %,.0f Ready per second", atOnce, what, rate("first", atOnce));
        if (atRest > atOnce) {
            Words.say("%d more: %,.0f Ready per second", atRest - atOnce, rate("more", atRest - atOnce));
        }
        var times = oneByOneAmidResyncs();
        Words.say(
                "a new one beside %d that are all looked at again every %d s: Ready after %d ms in the median, %d ms in the 99th percentile, %d ms at most",
                atRest,
                RESYNC_EVERY.toSeconds(),
                Words.quantile(times, 0.5),
                Words.quantile(times, 0.99),
                times.getLast());
        Cost.ofRest(atRest + " " + what, secondsOfRest);
    }

    private double rate(String prefix, int count) {
        var begin = System.nanoTime();
        inParallel(count, i -> create(prefix + "-" + i));
        for (int i = 0; i < count; i++) {
            awaitReady(prefix + "-" + i);
        }
        return count / Words.secondsSince(begin);
    }

    /** Sorted, in milliseconds. */
    private List<Long> oneByOneAmidResyncs() {
        var times = new ArrayList<Long>();
        try (var clock = Executors.newSingleThreadScheduledExecutor()) {
            clock.scheduleAtFixedRate(this::resync, 0, RESYNC_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            // Through all of some resyncs, not only in their first moments.
            var end = System.nanoTime() + RESYNC_EVERY.multipliedBy(RESYNCS).toNanos();
            while (System.nanoTime() < end) {
                var name = "single-" + times.size();
                var begin = System.nanoTime();
                create(name);
                times.add(TimeUnit.NANOSECONDS.toMillis(awaitReady(name) - begin));
            }
        }
        return times.stream().sorted().toList();
    }

    /** A cluster that says something else has everything in it looked at again. */
    private void resync() {
        Harness.client()
                .resources(BrokerCluster.class)
                .inNamespace(harness.namespace())
                .withName("orders")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"rolling\":{\"restartAt\":\"%s\"}}}".formatted(Instant.now()));
    }

    private void create(String name) {
        var object = Serialization.unmarshal("spec: " + spec, kind);
        object.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(harness.namespace())
                .build());
        Harness.client().resource(object).create();
    }

    private long awaitReady(String name) {
        Harness.await()
                .atMost(Duration.ofMinutes(10))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> readyAt.containsKey(name));
        return readyAt.getOrDefault(name, 0L);
    }

    private static void inParallel(int count, IntConsumer work) {
        try (var writers = Executors.newFixedThreadPool(WRITERS)) {
            IntStream.range(0, count).forEach(i -> writers.execute(() -> work.accept(i)));
        }
    }

    /** Notes when each object was first seen to be Ready, by {@link System#nanoTime}. */
    private final class ReadyTimes implements ResourceEventHandler<T> {

        @Override
        public void onAdd(T object) {
            note(object);
        }

        @Override
        public void onUpdate(T before, T object) {
            note(object);
        }

        @Override
        public void onDelete(T object, boolean missed) {
            // None is deleted.
        }

        private void note(T object) {
            if (Conditions.isReady(conditions.apply(object))) {
                readyAt.putIfAbsent(object.getMetadata().getName(), System.nanoTime());
            }
        }
    }
}
