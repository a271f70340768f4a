package io.millrace.broker.cluster;

/**
 * Whether a queue's consumers are behind, so that publishers should let them go first: confirms alone do not bound a backlog, and a message that waits in its
 * publisher's socket costs less than one in the queue.
 */
final class Crowding {
    private static final int FROM = 400;
    private static final int UNTIL = 200;

    private volatile boolean crowded;

    /** The queue tells how many messages are ready in memory; on its loop. */
    void tell(int windowSize, boolean hasConsumers) {
        if (crowded) {
            crowded = hasConsumers && windowSize > UNTIL;
        } else if (windowSize > FROM && hasConsumers) {
            crowded = true;
        }
    }

    /** Another pod serves the consumers now, and its window bounds what is behind. On the queue's loop. */
    void clear() {
        crowded = false;
    }

    /** Any thread. */
    boolean isCrowded() {
        return crowded;
    }
}
