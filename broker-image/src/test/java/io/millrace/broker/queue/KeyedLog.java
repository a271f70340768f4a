package io.millrace.broker.queue;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Arrival;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The logs of a queue's levels: read from one place on, and beside that from another; a read that is stopped may still report something. */
final class KeyedLog {
    private static final class Reader {
        boolean reading;
        boolean paused;
        long at;

        void start(long offset) {
            at = reading ? at : offset;
            reading = true;
            paused = false;
        }
    }

    private final Consumer<QueueCommand> queue;
    private final TreeMap<Integer, List<@Nullable Message>> parts = new TreeMap<>();
    private final Map<Integer, Reader> fetches = new HashMap<>();
    private final Map<Integer, Reader> recalls = new HashMap<>();
    private final ArrayDeque<QueueCommand> late = new ArrayDeque<>();
    private int recalled;

    KeyedLog(int levels, Consumer<QueueCommand> queue) {
        this.queue = queue;
        add(0, levels);
    }

    /** There is another log with so many levels. */
    void add(int first, int levels) {
        for (int level = first; level < first + levels; level++) {
            parts.put(level, new ArrayList<>());
            fetches.put(level, new Reader());
            recalls.put(level, new Reader());
        }
    }

    /** A level is gone. */
    void remove(int level) {
        parts.remove(level);
        late.removeIf(batch -> Place.level(from(batch)) == level);
    }

    /** Another owner begins anew. */
    void nobodyReads() {
        late.clear();
        fetches.replaceAll((level, reader) -> new Reader());
        recalls.replaceAll((level, reader) -> new Reader());
    }

    /** Appends a message, or a marker that is none; returns its place. */
    long append(int level, @Nullable Message message) {
        var part = Objects.requireNonNull(parts.get(level), "no such level");
        part.add(message);
        return Place.of(level, part.size() - 1L);
    }

    int end(int level) {
        return Objects.requireNonNull(parts.get(level), "no such level").size();
    }

    /** How often something began to be read again. */
    int recalled() {
        return recalled;
    }

    /** Does what is to be done to a log. */
    void carryOut(QueueEffect effect) {
        switch (effect) {
            case QueueEffect.StartFetch(var place) ->
                fetches(Place.level(place)).start(Place.offset(place));
            case QueueEffect.PauseFetch(var level) -> fetches(level).paused = true;
            case QueueEffect.StopFetch(var level) -> fetches(level).reading = false;
            case QueueEffect.StartRecall(var place) -> {
                var reader = recalls(Place.level(place));
                if (reader.reading) {
                    throw new AssertionError(place + " is read again while something else is");
                }
                reader.start(Place.offset(place));
                recalled++;
            }
            case QueueEffect.StopRecall(var level) -> {
                var onItsWay = batch(level, true, 5);
                if (onItsWay != null) {
                    late.add(onItsWay);
                }
                recalls(level).reading = false;
            }
            default -> {
                // somebody else's
            }
        }
    }

    void tellEnds() {
        for (int level : List.copyOf(parts.keySet())) {
            queue.accept(new QueueCommand.LogEnd(Place.of(level, end(level))));
        }
    }

    /** Something is read. */
    void read(Random chance) {
        if (!late.isEmpty() && chance.nextBoolean()) {
            queue.accept(late.remove());
            return;
        }
        int level = List.copyOf(parts.keySet()).get(chance.nextInt(parts.size()));
        report(batch(level, recalls(level).reading && chance.nextBoolean(), 1 + chance.nextInt(6)));
    }

    /** A batch of everything that is being read arrives. */
    void readAll(int most) {
        for (var next = late.poll(); next != null; next = late.poll()) {
            queue.accept(next);
        }
        for (int level : List.copyOf(parts.keySet())) {
            report(batch(level, false, most));
            report(batch(level, true, most));
        }
    }

    private static long from(QueueCommand batch) {
        return batch instanceof QueueCommand.ReadAgain again ? again.from() : -1;
    }

    private Reader fetches(int level) {
        return Objects.requireNonNull(fetches.get(level), "no such level");
    }

    private Reader recalls(int level) {
        return Objects.requireNonNull(recalls.get(level), "no such level");
    }

    private void report(@Nullable QueueCommand batch) {
        if (batch != null) {
            queue.accept(batch);
        }
    }

    private @Nullable QueueCommand batch(int level, boolean again, int most) {
        var reader = again ? recalls(level) : fetches(level);
        var part = parts.get(level);
        if (part == null || !reader.reading || reader.paused || reader.at >= part.size()) {
            return null;
        }
        long start = Place.of(level, reader.at);
        var arrivals = new ArrayList<Arrival>();
        while (reader.at < part.size() && arrivals.size() < most) {
            var message = part.get((int) reader.at);
            if (message != null) {
                arrivals.add(new Arrival(Place.of(level, reader.at), message));
            }
            reader.at++;
        }
        long next = Place.of(level, reader.at);
        return again
                ? new QueueCommand.ReadAgain(start, arrivals, next)
                : new QueueCommand.Fetched(start, arrivals, next);
    }
}
