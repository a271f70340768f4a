package io.millrace.broker.queue;

import java.util.List;

/**
 * The promise to later owners that nothing at or above an offset was ever delivered: below it they flag what they deliver as redelivered. It is made ahead
 * and extended at half use, so that delivery seldom waits for it.
 */
final class DeliveredBound {
    private static final long AHEAD = 4_096;

    private final int level;
    private long replicated;
    private long requested;

    /** @param replicated {@code Long.MAX_VALUE} where nothing has to be promised */
    DeliveredBound(int level, long replicated) {
        this.level = level;
        this.replicated = replicated;
        requested = replicated;
    }

    boolean allows(long offset, List<QueueEffect> effects) {
        if (offset + AHEAD / 2 >= requested && requested != Long.MAX_VALUE) {
            requested = offset + AHEAD;
            effects.add(new QueueEffect.ExtendBound(Place.of(level, requested)));
        }
        return offset < replicated;
    }

    /** Whether a message would be delivered if only the promise were written. */
    boolean isAwaited(long offset) {
        return offset >= replicated;
    }

    void replicated(long bound) {
        replicated = Math.max(replicated, bound);
    }

    long requested() {
        return requested;
    }
}
