package io.millrace.broker.queue;

import io.millrace.broker.model.Message;
import java.util.function.LongPredicate;

/** One priority level of a queue: the window of its messages in memory, and what is settled of its log. A queue without priorities is one level. */
public final class Level {
    /** What a message counts for that was settled unread. */
    static final long ASSUMED_BYTES = 1_024;

    /** What a record takes in the log beside its message, roughly. */
    private static final long RECORD_BYTES = 64;

    private final SettlementLedger ledger;
    private final ReturnCounts returns;
    final ReadyWindow window;
    final Intake intake;
    final DeliveredBound bound;
    final HandBacks handBacks;
    /** Whether its messages have to wait until the queue has been changed everywhere. */
    boolean held;

    private final int number;
    private long settledBytes;

    Level(int number, QueueRules rules, QueueLimits limits, RecoveredLevel recovered, LongPredicate held) {
        this.number = number;
        ledger = recovered.ledger();
        returns = recovered.returns();
        window = new ReadyWindow(limits);
        bound = new DeliveredBound(number, rules.logged() ? recovered.deliveredBound() : Long.MAX_VALUE);
        intake = new Intake(number, rules, recovered, window, held);
        handBacks = new HandBacks(ledger, returns, intake);
    }

    void settle(long offset, Message message) {
        ledger.settle(offset);
        returns.forget(offset);
        settledBytes += message.sizeBytes() + RECORD_BYTES;
    }

    void settleAllReady() {
        for (var entry = window.poll(); entry != null; entry = window.poll()) {
            settle(Place.offset(entry.place), entry.message);
        }
        settledBytes += ASSUMED_BYTES * intake.unread();
        intake.settleRest();
    }

    void rewind(long offset) {
        intake.rewind(offset);
        ledger.rewind(intake.nextOffset());
        returns.clear();
        window.clear();
    }

    /** The level of its places. */
    public int number() {
        return number;
    }

    /** Messages ready for delivery, in memory and in the log. */
    public long ready() {
        return window.size() + intake.unread();
    }

    long readyBodyBytes() {
        return window.bodyBytes() + intake.unreadBodyBytes();
    }

    /** What is settled; the runner writes its changes to the slot log. */
    public SettlementLedger ledger() {
        return ledger;
    }

    /** How often messages came back; the runner writes its changes too. */
    public ReturnCounts returns() {
        return returns;
    }

    /** Bytes settled by this owner, as they lie in the log: a measure, not a count. */
    public long settledBytes() {
        return settledBytes;
    }

    /** The newest delivered bound asked for: what a head record has to carry. */
    public long requestedBound() {
        return bound.requested();
    }
}
