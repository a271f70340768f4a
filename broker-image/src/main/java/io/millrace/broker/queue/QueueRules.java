package io.millrace.broker.queue;

/**
 * What a queue was declared to do.
 *
 * @param logged whether messages lie in the replicated log (else in memory only)
 * @param deadLetters whether the queue has a dead-letter exchange
 * @param singleActive whether one consumer is served until it goes, however many there are
 * @param maxLength ready messages at most; older ones are dropped
 * @param leaseMs how long it stays without being used
 */
public record QueueRules(boolean logged, boolean deadLetters, boolean singleActive, long maxLength, long leaseMs) {
    /** Where a rule sets no limit. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    /** A queue without any arguments. */
    public static QueueRules plain(boolean logged) {
        return new QueueRules(logged, false, false, NO_LIMIT, NO_LIMIT);
    }

    public QueueRules withDeadLetters() {
        return new QueueRules(logged, true, singleActive, maxLength, leaseMs);
    }

    public QueueRules withSingleActive() {
        return new QueueRules(logged, deadLetters, true, maxLength, leaseMs);
    }

    public QueueRules withMaxLength(long messages) {
        return new QueueRules(logged, deadLetters, singleActive, messages, leaseMs);
    }

    public QueueRules withLease(long ms) {
        return new QueueRules(logged, deadLetters, singleActive, maxLength, ms);
    }
}
