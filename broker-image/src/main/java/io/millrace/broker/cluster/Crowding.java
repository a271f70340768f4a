package io.millrace.broker.cluster;

import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;

/**
 * Whether publishers of a queue should let its consumers go first: confirms alone do not bound a backlog, and a message that waits in its publisher's socket costs less
 * than one in the queue. They wait for consumers that are quick and behind, a moment at a time. Consumers that take their time are not waited for: their backlog is
 * what a queue is for.
 */
final class Crowding {
    private static final int FROM = 400;
    private static final int UNTIL = 200;
    private static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long FREE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Ticker ticker;
    private boolean holding;
    private long deliveredBefore;
    private long freeUntil;
    private volatile boolean crowded;
    private volatile long heldUntil;

    Crowding(Ticker ticker) {
        this.ticker = ticker;
        freeUntil = ticker.nanoTime();
    }

    /**
     * The queue tells how many messages are ready in memory, and how many it has delivered; on its loop. Consumers that took {@link #UNTIL} messages in a moment are quick,
     * and waited for again.
     */
    void tell(int windowSize, boolean hasConsumers, long delivered) {
        long now = ticker.nanoTime();
        if (!hasConsumers || windowSize <= UNTIL) {
            clear();
        } else if (!holding) {
            if (windowSize > FROM && now - freeUntil >= 0) {
                hold(now, delivered);
            }
        } else if (now - heldUntil >= 0) {
            if (delivered - deliveredBefore >= UNTIL) {
                hold(now, delivered);
            } else {
                clear();
                freeUntil = now + FREE_NANOS;
            }
        }
    }

    private void hold(long now, long delivered) {
        holding = true;
        deliveredBefore = delivered;
        heldUntil = now + HOLD_NANOS;
        crowded = true;
    }

    /** Nobody is waited for: consumers have caught up, or another pod serves them now, whose window bounds what is behind. On the queue's loop. */
    void clear() {
        holding = false;
        crowded = false;
    }

    /** Any thread. */
    boolean isCrowded() {
        return crowded && ticker.nanoTime() - heldUntil < 0;
    }
}
