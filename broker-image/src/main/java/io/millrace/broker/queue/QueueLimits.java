package io.millrace.broker.queue;

/**
 * Bounds of one queue's memory, and what it does with the dead.
 *
 * @param windowMessages messages held ready in memory at most; the rest stays in the log
 * @param windowBytes bytes of messages held ready in memory at most
 * @param unackedMessages unacknowledged messages at most, whatever prefetch says
 * @param unackedBytes bytes of unacknowledged messages at most
 * @param deadLetters whether the queue has a dead-letter exchange
 * @param logged whether messages lie in the replicated log (else in memory only)
 * @param maxLength ready messages at most; older ones are dropped
 * @param singleActive whether one consumer is served until it goes, however many there are
 */
public record QueueLimits(
        int windowMessages,
        long windowBytes,
        int unackedMessages,
        long unackedBytes,
        boolean deadLetters,
        boolean logged,
        long maxLength,
        boolean singleActive) {

    /** The usual bounds: 10,000 messages or 4 MiB ready; 65,536 messages or 64 MiB unacknowledged. */
    public static QueueLimits standard(boolean logged, boolean deadLetters) {
        return new QueueLimits(10_000, 4L << 20, 1 << 16, 64L << 20, deadLetters, logged, Long.MAX_VALUE, false);
    }

    /** The same with what the queue's arguments ask for. */
    public QueueLimits with(long length, boolean oneActive) {
        return new QueueLimits(
                windowMessages, windowBytes, unackedMessages, unackedBytes, deadLetters, logged, length, oneActive);
    }
}
