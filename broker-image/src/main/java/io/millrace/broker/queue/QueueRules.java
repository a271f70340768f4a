package io.millrace.broker.queue;

import java.util.function.Consumer;

/**
 * What a queue was declared to do.
 *
 * @param logged whether messages lie in the replicated log (else in memory only)
 * @param deadLetters whether the queue has a dead-letter exchange
 * @param partitioning which messages belong together: by their priorities, their group keys, or their delays
 * @param singleActive whether one consumer is served until it goes, however many there are
 * @param maxLength ready messages at most
 * @param maxLengthBytes bytes of the bodies of ready messages at most
 * @param overflow what happens beyond that
 * @param leaseMs how long it stays without being used
 * @param countsReturns whether it is known how often each message came back, across owners
 * @param deliveryLimit how often a message may come back; once more and it is dead
 * @param replayable whether it may go back to messages that were settled
 */
public record QueueRules(
        boolean logged,
        boolean deadLetters,
        Partitioning partitioning,
        boolean singleActive,
        long maxLength,
        long maxLengthBytes,
        Overflow overflow,
        long leaseMs,
        boolean countsReturns,
        long deliveryLimit,
        boolean replayable) {
    /** Where a rule sets no limit. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    /** A queue without any arguments. */
    public static QueueRules plain(boolean logged) {
        return new QueueRules(
                logged,
                false,
                Priorities.NONE,
                false,
                NO_LIMIT,
                NO_LIMIT,
                Overflow.DROP_HEAD,
                NO_LIMIT,
                false,
                NO_LIMIT,
                false);
    }

    public QueueRules withDeadLetters() {
        return with(draft -> draft.deadLetters = true);
    }

    public QueueRules withPartitioning(Partitioning other) {
        return with(draft -> draft.partitioning = other);
    }

    public QueueRules withSingleActive() {
        return with(draft -> draft.singleActive = true);
    }

    public QueueRules withMaxLength(long messages) {
        return with(draft -> draft.maxLength = messages);
    }

    public QueueRules withMaxLengthBytes(long bytes) {
        return with(draft -> draft.maxLengthBytes = bytes);
    }

    public QueueRules withOverflow(Overflow other) {
        return with(draft -> draft.overflow = other);
    }

    public QueueRules withLease(long ms) {
        return with(draft -> draft.leaseMs = ms);
    }

    /** Counts, and lets a message come back so often; {@link #NO_LIMIT} only counts. */
    public QueueRules withDeliveryLimit(long times) {
        return with(draft -> {
            draft.countsReturns = true;
            draft.deliveryLimit = times;
        });
    }

    public QueueRules withReplay() {
        return with(draft -> draft.replayable = true);
    }

    /** Whether messages wait for their time here, and for no consumer. */
    boolean delays() {
        return partitioning instanceof Delays;
    }

    /** Whether it matters how long messages are. */
    boolean limitsBytes() {
        return maxLengthBytes != NO_LIMIT;
    }

    private QueueRules with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.rules();
    }

    /** Rules that change. */
    private static final class Draft {
        private final boolean logged;
        private boolean deadLetters;
        private Partitioning partitioning;
        private boolean singleActive;
        private long maxLength;
        private long maxLengthBytes;
        private Overflow overflow;
        private long leaseMs;
        private boolean countsReturns;
        private long deliveryLimit;
        private boolean replayable;

        Draft(QueueRules rules) {
            logged = rules.logged;
            deadLetters = rules.deadLetters;
            partitioning = rules.partitioning;
            singleActive = rules.singleActive;
            maxLength = rules.maxLength;
            maxLengthBytes = rules.maxLengthBytes;
            overflow = rules.overflow;
            leaseMs = rules.leaseMs;
            countsReturns = rules.countsReturns;
            deliveryLimit = rules.deliveryLimit;
            replayable = rules.replayable;
        }

        QueueRules rules() {
            return new QueueRules(
                    logged,
                    deadLetters,
                    partitioning,
                    singleActive,
                    maxLength,
                    maxLengthBytes,
                    overflow,
                    leaseMs,
                    countsReturns,
                    deliveryLimit,
                    replayable);
        }
    }
}
