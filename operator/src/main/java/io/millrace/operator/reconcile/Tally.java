package io.millrace.operator.reconcile;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** Counts what users should know of: things changed behind the operator's back, and things left behind. */
public final class Tally {

    private static final List<String> KINDS =
            List.of("BrokerCluster", "Topic", "Queue", "Exchange", "ConsumerGroup", "User");

    private final MeterRegistry registry;

    /** Begins at nothing, visibly: a counter that appears with its first event has not increased, as Prometheus sees it. */
    public Tally(MeterRegistry registry) {
        this.registry = registry;
        KINDS.forEach(kind -> {
            drifts(kind);
            orphans(kind);
        });
        restarts();
        blockedRolls();
    }

    private Counter drifts(String kind) {
        return registry.counter("millrace.drift", "kind", kind);
    }

    private Counter orphans(String kind) {
        return registry.counter("millrace.orphans", "kind", kind);
    }

    private Counter restarts() {
        return registry.counter("millrace.restarts");
    }

    private Counter blockedRolls() {
        return registry.counter("millrace.rolls.blocked");
    }

    /** Something was found changed and is repaired. */
    void drift(String kind) {
        drifts(kind).increment();
    }

    /** Brokers are restarted on purpose. */
    void restarts(int pods) {
        restarts().increment(pods);
    }

    /** A rolling restart has come to a stop that only something outside can end. */
    void blocked() {
        blockedRolls().increment();
    }

    /** Something stays in a cluster although its object is gone. */
    void orphan(String kind) {
        orphans(kind).increment();
    }
}
