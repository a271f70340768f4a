package io.millrace.broker.queue;

import io.millrace.broker.model.DeathReason;
import java.util.EnumMap;
import java.util.Map;

/** What happened in a queue since this pod owns it. Counts only go up. */
public final class Tally {
    private long delivered;
    private long redelivered;
    private long acknowledged;
    private final Map<DeathReason, Long> dead = new EnumMap<>(DeathReason.class);

    void sent(Entry entry) {
        delivered++;
        if (entry.redelivered) {
            redelivered++;
        }
    }

    void settled() {
        acknowledged++;
    }

    void died(DeathReason reason) {
        dead.merge(reason, 1L, Long::sum);
    }

    /** Messages sent to consumers and answers to basic.get, repeated ones among them. */
    public long delivered() {
        return delivered;
    }

    /** Those of {@link #delivered} that were flagged as redelivered. */
    public long redelivered() {
        return redelivered;
    }

    /** Messages that consumers acknowledged. */
    public long acknowledged() {
        return acknowledged;
    }

    /** Messages that were dead-lettered or dropped, by reason. */
    public Map<DeathReason, Long> dead() {
        return Map.copyOf(dead);
    }
}
