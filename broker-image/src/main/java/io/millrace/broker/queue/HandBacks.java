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

    private final LongObjectHashMap<Held> held = new LongObjectHashMap<>();

    void add(SessionId session, String consumerTag, long offset) {
        held.put(offset, new Held(session, consumerTag, null));
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    @Nullable
    Held take(long offset) {
        return held.isEmpty() ? null : held.remove(offset);
    }

    /** Remembers a decision about a delivery whose message is not in memory yet; false if the session does not hold it. */
    boolean decide(SessionId session, long offset, Outcome outcome) {
        var one = held.get(offset);
        if (one == null || !one.session().equals(session)) {
            return false;
        }
        held.put(offset, new Held(session, one.consumerTag(), outcome));
        return true;
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
