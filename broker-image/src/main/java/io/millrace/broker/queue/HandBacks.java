package io.millrace.broker.queue;

import io.millrace.broker.queue.QueueCommand.Outcome;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries that an earlier owner of the queue made and whose consumers are still there: they stay with who has them instead of being delivered again.
 */
final class HandBacks {
    /**
     * One delivery.
     *
     * @param consumerTag who holds it; empty for basic.get
     * @param decided what was decided about it before its message was read; null while it is held
     */
    record Held(
            SessionId session, String consumerTag, @Nullable Outcome decided) {}

    private final SettlementLedger ledger;
    private final ReturnCounts returns;
    private final Intake intake;
    private final boolean keyed;
    private final TreeMap<Long, Held> held = new TreeMap<>();

    /** @param keyed whether the key of a message matters, even of one that was acknowledged before it was read */
    HandBacks(SettlementLedger ledger, ReturnCounts returns, Intake intake, boolean keyed) {
        this.ledger = ledger;
        this.keyed = keyed;
        this.returns = returns;
        this.intake = intake;
    }

    /** A session holds a delivery that was not delivered here meanwhile. */
    void add(SessionId session, String consumerTag, long offset) {
        if (!ledger.isSettled(offset)) {
            held.put(offset, new Held(session, consumerTag, null));
        }
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    boolean contains(long offset) {
        return held.containsKey(offset);
    }

    @Nullable
    Held take(long offset) {
        return held.remove(offset);
    }

    /** Whether a message that was handed back has come from the log. */
    boolean areRead() {
        return !held.isEmpty() && intake.hasRead(held.firstKey());
    }

    /** Whether a message that was handed back has still to come. */
    boolean areAwaited() {
        return !held.isEmpty() && !intake.hasRead(held.lastKey()) && intake.isBehind();
    }

    /** What has come is done with, and what never will. */
    void forgetRead() {
        held.keySet().removeIf(offset -> intake.hasRead(offset) || !intake.isBehind());
    }

    /**
     * A session settles a delivery of an earlier owner: one that it handed back, or, as long as nothing is delivered here, one that it settled too late for that
     * owner. Anything else does not count.
     */
    void settled(SessionId session, long offset, Outcome outcome, boolean nothingDelivered) {
        if (nothingDelivered && !held.containsKey(offset)) {
            add(session, "", offset);
        }
        var one = held.get(offset);
        if (one == null || !one.session().equals(session)) {
            return;
        }
        held.put(offset, new Held(session, one.consumerTag(), outcome));
        if (outcome == Outcome.ACK) {
            ledger.settle(offset);
            returns.forget(offset);
            if (!keyed && !intake.hasRead(offset)) {
                held.remove(offset); // and its message will not come
            }
        }
    }

    /** What the session held undecided comes back. */
    void sessionClosed(SessionId session) {
        held.replaceAll((offset, one) -> one.session().equals(session) && one.decided() == null
                ? new Held(session, one.consumerTag(), Outcome.REQUEUE)
                : one);
    }
}
