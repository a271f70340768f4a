package io.millrace.broker.queue;

import io.millrace.broker.queue.QueueCommand.Outcome;
import io.netty.util.collection.LongObjectHashMap;
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
    private final LongObjectHashMap<Held> held = new LongObjectHashMap<>();

    HandBacks(SettlementLedger ledger, ReturnCounts returns, Intake intake) {
        this.ledger = ledger;
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

    @Nullable
    Held take(long offset) {
        return held.isEmpty() ? null : held.remove(offset);
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
            if (!intake.hasRead(offset)) {
                held.remove(offset); // and its message will not come
            }
        }
    }

    /** What the session held undecided comes back. */
    void sessionClosed(SessionId session) {
        for (var one : held.entries()) {
            if (one.value().session().equals(session) && one.value().decided() == null) {
                one.setValue(new Held(session, one.value().consumerTag(), Outcome.REQUEUE));
            }
        }
    }
}
