package io.millrace.broker.queue;

import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The priority levels of a queue, the lowest first: a higher one is served before a lower one. */
final class Levels {
    private final List<Level> levels;

    Levels(QueueRules rules, QueueLimits limits, List<RecoveredLevel> recovered, LongPredicate held) {
        var shared = limits.sharedBy(recovered.size());
        levels = IntStream.range(0, recovered.size())
                .mapToObj(number -> new Level(number, rules, shared, recovered.get(number), held))
                .toList();
    }

    List<Level> all() {
        return levels;
    }

    /** The level in which a place is. */
    Level at(long place) {
        return levels.get(Place.level(place));
    }

    Level get(int number) {
        return levels.get(number);
    }

    /** The highest level that has messages in memory; none while a higher one has some in the log only. */
    @Nullable
    Level served() {
        for (int i = levels.size() - 1; i >= 0; i--) {
            var level = levels.get(i);
            if (level.window.size() > 0) {
                return level;
            }
            if (level.intake.isBehind()) {
                return null;
            }
        }
        return null;
    }

    /** Whether nothing is here, and nothing is about to come from the log. */
    boolean areEmpty() {
        return levels.stream().allMatch(level -> level.window.size() == 0 && !level.intake.isBehind());
    }

    /** Whether it is known how long all messages are. */
    boolean areMeasured() {
        return levels.stream().noneMatch(level -> level.intake.isMeasuring());
    }

    long published() {
        long published = 0;
        for (var level : levels) {
            published += level.intake.published();
        }
        return published;
    }

    long ready() {
        long ready = 0;
        for (var level : levels) {
            ready += level.ready();
        }
        return ready;
    }

    long readyBodyBytes() {
        long bytes = 0;
        for (var level : levels) {
            bytes += level.readyBodyBytes();
        }
        return bytes;
    }

    int inMemory() {
        int messages = 0;
        for (var level : levels) {
            messages += level.window.size();
        }
        return messages;
    }
}
