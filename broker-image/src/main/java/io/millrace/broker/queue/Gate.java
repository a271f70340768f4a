package io.millrace.broker.queue;

/**
 * The door of a queue that refuses messages beyond its length: everybody's publishes pass it one after the other, and what passed and is still on its way
 * to the log counts as if it had arrived.
 */
public final class Gate {
    private final QueueRules rules;
    private long underWay;

    Gate(QueueRules rules) {
        this.rules = rules;
    }

    /** Whether a message may pass while {@code ready} are in the queue; if so it counts until {@link #ended}. */
    public boolean admits(long ready) {
        if (rules.overflow().refuses() && ready + underWay >= rules.maxLength()) {
            return false;
        }
        underWay++;
        return true;
    }

    /** A message that passed has arrived, or never will. */
    public void ended() {
        underWay--;
    }

    /** Whether something that passed is still on its way. */
    public boolean isPassed() {
        return underWay > 0;
    }

    /** Whether the oldest have to go: this queue refuses nobody. */
    boolean overflows(long ready) {
        return !rules.overflow().refuses() && ready > rules.maxLength();
    }
}
