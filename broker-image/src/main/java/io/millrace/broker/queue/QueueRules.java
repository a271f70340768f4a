package io.millrace.broker.queue;

/**
 * What a queue was declared to do.
 *
 * @param logged whether messages lie in the replicated log (else in memory only)
 * @param deadLetters whether the queue has a dead-letter exchange
 * @param singleActive whether one consumer is served until it goes, however many there are
 * @param maxLength ready messages at most
 * @param overflow what happens beyond that
 * @param leaseMs how long it stays without being used
 * @param countsReturns whether it is known how often each message came back, across owners
 * @param deliveryLimit how often a message may come back; once more and it is dead
 */
public record QueueRules(
        boolean logged,
        boolean deadLetters,
        boolean singleActive,
        long maxLength,
        Overflow overflow,
        long leaseMs,
        boolean countsReturns,
        long deliveryLimit) {
    /** Where a rule sets no limit. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    /** A queue without any arguments. */
    public static QueueRules plain(boolean logged) {
        return new QueueRules(logged, false, false, NO_LIMIT, Overflow.DROP_HEAD, NO_LIMIT, false, NO_LIMIT);
    }

    public QueueRules withDeadLetters() {
        return new QueueRules(logged, true, singleActive, maxLength, overflow, leaseMs, countsReturns, deliveryLimit);
    }

    public QueueRules withSingleActive() {
        return new QueueRules(logged, deadLetters, true, maxLength, overflow, leaseMs, countsReturns, deliveryLimit);
    }

    public QueueRules withMaxLength(long messages) {
        return new QueueRules(
                logged, deadLetters, singleActive, messages, overflow, leaseMs, countsReturns, deliveryLimit);
    }

    public QueueRules withOverflow(Overflow other) {
        return new QueueRules(
                logged, deadLetters, singleActive, maxLength, other, leaseMs, countsReturns, deliveryLimit);
    }

    public QueueRules withLease(long ms) {
        return new QueueRules(logged, deadLetters, singleActive, maxLength, overflow, ms, countsReturns, deliveryLimit);
    }

    /** Counts, and lets a message come back so often; {@link #NO_LIMIT} only counts. */
    public QueueRules withDeliveryLimit(long times) {
        return new QueueRules(logged, deadLetters, singleActive, maxLength, overflow, leaseMs, true, times);
    }
}
