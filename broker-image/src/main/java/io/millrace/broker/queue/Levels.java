package io.millrace.broker.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** The levels of a queue, the lowest first: a higher one is served before a lower one. */
final class Levels {
    private final QueueLimits limits;
    private final LongPredicate held;
    private List<Level> levels = List.of();
    private @Nullable Level[] byNumber = new Level[0];

    /** @param held whether a consumer has the message at a place, or it is on its way to a dead-letter exchange */
    Levels(QueueRules rules, QueueLimits limits, List<PlacedLevel> placed, LongPredicate held) {
        this.limits = limits;
        this.held = held;
        change(placed, rules);
    }

    /** These are the levels from now on; new ones are opened, and those that are missing have nothing unsettled. */
    void change(List<PlacedLevel> placed, QueueRules rules) {
        var shared = limits.sharedBy(placed.size());
        var before = byNumber;
        byNumber = new Level[placed.stream().mapToInt(PlacedLevel::number).max().orElse(0) + 1];
        var now = new ArrayList<Level>(placed.size());
        for (var one : placed) {
            var known = one.number() < before.length ? before[one.number()] : null;
            var level = known != null ? known : new Level(one.number(), rules, shared, one.state(), held);
            level.held = one.held();
            byNumber[one.number()] = level;
            now.add(level);
        }
        levels = List.copyOf(now);
    }

    List<Level> all() {
        return levels;
    }

    /** The level in which a place is. */
    Level at(long place) {
        return get(Place.level(place));
    }

    Level get(int number) {
        return Objects.requireNonNull(byNumber[number], "no such level");
    }

    /** The highest level that has messages in memory; none while a higher one has some in the log only. */
    @Nullable
    Level served() {
        for (int i = levels.size() - 1; i >= 0; i--) {
            var level = levels.get(i);
            if (level.held) {
                continue;
            }
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
