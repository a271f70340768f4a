package io.millrace.broker.queue;

import java.util.List;

/** The reading again of what a shard has parked, from the first place that is wanted on until nothing is. */
final class Recall {
    /** Records that are read in vain rather than that a new read begins. */
    private static final long FAR = 5_000;

    private final int level;
    private final KeyedWindow window;
    private boolean reading;
    private long position;

    Recall(int level, KeyedWindow window) {
        this.level = level;
        this.window = window;
    }

    /** What lies between these places (the second exclusive) was read and offered to the window. */
    void read(long from, long next) {
        if (from <= position) {
            position = Math.max(position, next);
        }
    }

    /** Begins or ends reading, as the window wants it. */
    void steer(List<QueueEffect> effects) {
        long first = window.firstWanted();
        if (reading && (first < position || first > position + FAR)) {
            reading = false;
            effects.add(new QueueEffect.StopRecall(level));
        }
        if (!reading && first >= 0) {
            reading = true;
            position = first;
            effects.add(new QueueEffect.StartRecall(first));
        }
    }
}
