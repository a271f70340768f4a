package io.millrace.broker.queue;

import java.util.List;
import java.util.function.LongConsumer;

/**
 * Serves a queue of delayed messages: those that are due are released, the earliest first. What does not fit into the memory of a level stays in its log, and is read in
 * time: before it can be due, messages in memory make room and go to the level of what remains of their delay.
 */
final class Releases {
    /** How long before the next message of a log can be due it is read: what has to go has to be written first. */
    private static final long LEAD_MS = 250;

    private final Levels levels;
    private final Forwarding forwarding;

    Releases(Levels levels, Forwarding forwarding) {
        this.levels = levels;
        this.forwarding = forwarding;
    }

    /** Releases and defers what has to be now; {@code wakeAt} hears when to look again. */
    void serve(long nowMs, List<QueueEffect> effects, LongConsumer wakeAt) {
        for (var level : levels.all()) {
            serve(level, nowMs, effects, wakeAt);
        }
    }

    private void serve(Level level, long nowMs, List<QueueEffect> effects, LongConsumer wakeAt) {
        for (var head = level.window.head(); head != null && !forwarding.isFull(); head = level.window.head()) {
            long dueMs = Delays.dueMs(head.message);
            long roomBeforeMs = roomBeforeMs(level);
            if (dueMs <= nowMs) {
                forward(level, new QueueEffect.Release(head.place, head.message), effects);
            } else if (roomBeforeMs <= nowMs) {
                forward(level, new QueueEffect.Defer(head.place, head.message), effects);
            } else {
                wakeAt.accept(Math.min(dueMs, roomBeforeMs));
                return;
            }
        }
    }

    /** When the log of a level that is not wholly in memory has to be read on. A level 0 is read as its messages go: they go within a second. */
    private static long roomBeforeMs(Level level) {
        return level.number() > 0 && level.intake.isBehind() && !level.window.isLow()
                ? level.intake.newestMs() + Delays.shortestMs(level.number()) - LEAD_MS
                : Long.MAX_VALUE;
    }

    private void forward(Level level, QueueEffect effect, List<QueueEffect> effects) {
        forwarding.add(level.window.take(), effect, effects);
    }
}
