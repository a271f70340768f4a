package io.millrace.broker.queue;

import io.millrace.broker.model.Message;

/**
 * The door of a queue that refuses messages beyond its length: everybody's publishes pass it one after the other, and what passed and is still on its way
 * to the log counts as if it had arrived.
 */
public final class Gate {
    private QueueRules rules;
    private long underWay;
    private long bytesUnderWay;

    Gate(QueueRules rules) {
        this.rules = rules;
    }

    /** What is on its way still counts. */
    void change(QueueRules changed) {
        rules = changed;
    }

    /** Whether a message may pass while {@code ready} of together {@code readyBytes} are in the queue; if so it counts until {@link #ended}. */
    boolean admits(Message message, long ready, long readyBytes) {
        if (rules.overflow().refuses()
                && overflows(ready + underWay + 1, readyBytes + bytesUnderWay + message.bodyBytes())) {
            return false;
        }
        underWay++;
        bytesUnderWay += message.bodyBytes();
        return true;
    }

    /** A message that passed has arrived, or never will. */
    public void ended(Message message) {
        underWay--;
        bytesUnderWay -= message.bodyBytes();
    }

    /** Whether something that passed is still on its way. */
    public boolean isPassed() {
        return underWay > 0;
    }

    /** Whether there is a length beyond which the oldest would have to go. */
    boolean isLimited() {
        return !rules.overflow().refuses() && (rules.maxLength() != QueueRules.NO_LIMIT || rules.limitsBytes());
    }

    /** Whether the oldest have to go: this queue refuses nobody. */
    boolean dropsHead(long ready, long readyBytes) {
        return !rules.overflow().refuses() && overflows(ready, readyBytes);
    }

    private boolean overflows(long messages, long bytes) {
        return messages > rules.maxLength() || bytes > rules.maxLengthBytes();
    }
}
