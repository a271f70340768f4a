package io.millrace.broker.queue;

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

    boolean hasBegun() {
        return endsAtMs != Long.MIN_VALUE;
    }

    void renew(long nowMs) {
        if (exists()) {
            endsAtMs = nowMs + lengthMs;
        }
    }

    long endsAtMs() {
        return endsAtMs;
    }
}
