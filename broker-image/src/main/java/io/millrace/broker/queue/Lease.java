package io.millrace.broker.queue;

import java.util.List;
import java.util.function.LongConsumer;

/** The lease of a queue that goes when nobody uses it (RabbitMQ, Queue TTL): no consumer, no declaration and no basic.get for its length. */
final class Lease {
    private long lengthMs;
    private long endsAtMs = Long.MIN_VALUE;

    /** @param lengthMs {@link QueueRules#NO_LIMIT} for a queue that stays */
    Lease(long lengthMs) {
        this.lengthMs = lengthMs;
    }

    /** The queue begins a new lease if the length is another. */
    void change(long otherMs) {
        if (otherMs != lengthMs) {
            lengthMs = otherMs;
            endsAtMs = Long.MIN_VALUE;
        }
    }

    boolean exists() {
        return lengthMs != QueueRules.NO_LIMIT;
    }

    void renew(long nowMs) {
        if (exists()) {
            endsAtMs = nowMs + lengthMs;
        }
    }

    /** Nobody uses the queue: the lease begins, goes on or is over. It does not begin before {@code notBeforeMs}. */
    void watch(long nowMs, long notBeforeMs, List<QueueEffect> effects, LongConsumer wakeAt) {
        if (endsAtMs == Long.MIN_VALUE) {
            renew(Math.max(nowMs, notBeforeMs));
        } else if (nowMs >= endsAtMs) {
            effects.add(new QueueEffect.LeaseOver());
            renew(nowMs); // if it cannot be deleted now, then later
        }
        wakeAt.accept(endsAtMs);
    }
}
