package io.millrace.broker.queue;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Arrival;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
    private final List<List<@Nullable Message>> parts = new ArrayList<>();
    private final List<Reader> fetches = new ArrayList<>();
    private final List<Reader> recalls = new ArrayList<>();
    private final ArrayDeque<QueueCommand> late = new ArrayDeque<>();
    private int recalled;

    KeyedLog(int levels, Consumer<QueueCommand> queue) {
        this.queue = queue;
        for (int level = 0; level < levels; level++) {
            parts.add(new ArrayList<>());
        }
        nobodyReads();
    }

    /** Another owner begins anew. */
    void nobodyReads() {
        fetches.clear();
        recalls.clear();
        late.clear();
        parts.forEach(part -> {
            fetches.add(new Reader());
            recalls.add(new Reader());
        });
    }

    /** Appends a message, or a marker that is none; returns its place. */
    long append(int level, @Nullable Message message) {
        var part = parts.get(level);
        part.add(message);
        return Place.of(level, part.size() - 1L);
    }

    int end(int level) {
        return parts.get(level).size();
    }

    /** How often something began to be read again. */
    int recalled() {
        return recalled;
    }

    /** Does what is to be done to a log. */
    void carryOut(QueueEffect effect) {
        switch (effect) {
            case QueueEffect.StartFetch(var place) ->
                fetches.get(Place.level(place)).start(Place.offset(place));
            case QueueEffect.PauseFetch(var level) -> fetches.get(level).paused = true;
            case QueueEffect.StopFetch(var level) -> fetches.get(level).reading = false;
            case QueueEffect.StartRecall(var place) -> {
                var reader = recalls.get(Place.level(place));
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
                recalls.get(level).reading = false;
            }
            default -> {
                // somebody else's
            }
        }
    }

    void tellEnds() {
        for (int level = 0; level < parts.size(); level++) {
            queue.accept(new QueueCommand.LogEnd(Place.of(level, end(level))));
        }
    }

    /** Something is read. */
    void read(Random chance) {
        if (!late.isEmpty() && chance.nextBoolean()) {
            queue.accept(late.remove());
            return;
        }
        int level = chance.nextInt(parts.size());
        report(batch(level, recalls.get(level).reading && chance.nextBoolean(), 1 + chance.nextInt(6)));
    }

    /** A batch of everything that is being read arrives. */
    void readAll(int most) {
        for (var next = late.poll(); next != null; next = late.poll()) {
            queue.accept(next);
        }
        for (int level = 0; level < parts.size(); level++) {
            report(batch(level, false, most));
            report(batch(level, true, most));
        }
    }

    private void report(@Nullable QueueCommand batch) {
        if (batch != null) {
            queue.accept(batch);
        }
    }

    private @Nullable QueueCommand batch(int level, boolean again, int most) {
        var reader = again ? recalls.get(level) : fetches.get(level);
        var part = parts.get(level);
        if (!reader.reading || reader.paused || reader.at >= part.size()) {
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
