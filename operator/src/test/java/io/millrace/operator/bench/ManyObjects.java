package io.millrace.operator.bench;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.fixture.Harness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Many objects of one kind: how many a second become Ready, how long one takes beside many while all are looked at again,
 * and what they cost at rest.
 */
final class ManyObjects<T extends CustomResource<?, ?>> {

    private static final int WRITERS = 16;
    private static final Duration RESYNC_EVERY = Duration.ofSeconds(15);
    private static final int RESYNCS = 3;

    private static final String READY = "\"status\":\"True\",\"type\":\"Ready\"";
    private static final String NAME = "\"name\":\"";

    private final Harness harness;
    private final Class<T> kind;
    private final PlainApi api;
    private final String json;
    private final Map<String, CompletableFuture<Long>> readyAt = new ConcurrentHashMap<>();

    /**
     * Begins to watch.
     *
     * @param spec of each of them, YAML
     */
    ManyObjects(Harness harness, Class<T> kind, String spec) {
        this.harness = harness;
        this.kind = kind;
        this.api = new PlainApi(kind, harness.namespace());
        var object = Serialization.unmarshal("spec: " + spec, kind);
        object.setMetadata(new ObjectMetaBuilder().withName("%s").build());
        this.json = Serialization.asJson(object);
        api.watch(this::note);
    }

    /** Measures, and says what it saw. */
    void measure(int atOnce, int atRest, int secondsOfRest) {
        var what = kind.getSimpleName() + " objects";
        applyAtOnce("first", atOnce, what + " applied at once");
        if (atRest > atOnce) {
            applyAtOnce("more", atRest - atOnce, "more");
        }
        var times = oneByOneAmidResyncs();
        Words.say(
                "a new one beside %d that are all looked at again every %d s: Ready after %d ms in the median, %d ms"
                        + " in the 99th percentile, %d ms at most",
                atRest,
                RESYNC_EVERY.toSeconds(),
                Words.quantile(times, 0.5),
                Words.quantile(times, 0.99),
                times.getLast());
        api.close();
        Cost.ofRest(atRest + " " + what, secondsOfRest);
    }

    private void applyAtOnce(String prefix, int count, String what) {
        var before = Spending.now();
        var begin = System.nanoTime();
        inParallel(count, i -> create(prefix + "-" + i));
        for (int i = 0; i < count; i++) {
            awaitReady(prefix + "-" + i);
        }
        Words.say("%d %s: %,.0f Ready per second", count, what, count / Words.secondsSince(begin));
        before.tellSince(count);
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
        readyAt.put(name, new CompletableFuture<>());
        api.create(json.formatted(name));
    }

    private long awaitReady(String name) {
        try {
            return Objects.requireNonNull(readyAt.get(name)).get(10, TimeUnit.MINUTES);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static void inParallel(int count, IntConsumer work) {
        try (var writers = Executors.newFixedThreadPool(WRITERS)) {
            IntStream.range(0, count).forEach(i -> writers.execute(() -> work.accept(i)));
        }
    }

    /** Notes when an object was first seen to be Ready, by {@link System#nanoTime}. Keys of objects of a kind come in alphabetical order. */
    private void note(String event) {
        if (event.contains(READY)) {
            var begin = event.indexOf(NAME) + NAME.length();
            var waits = readyAt.get(event.substring(begin, event.indexOf('"', begin)));
            if (waits != null) {
                waits.complete(System.nanoTime());
            }
        }
    }
}
