package io.millrace.operator.reconcile;

import io.micrometer.core.instrument.MeterRegistry;

/** Counts what users should know of: things changed behind the operator's back, and things left behind. */
public final class Tally {

    private final MeterRegistry registry;

    public Tally(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Something was found changed and is repaired. */
    void drift(String kind) {
        registry.counter("millrace.drift", "kind", kind).increment();
    }

    /** Brokers are restarted on purpose. */
    void restarts(int pods) {
        registry.counter("millrace.restarts").increment(pods);
    }

    /** A rolling restart has come to a stop that only something outside can end. */
    void blocked() {
        registry.counter("millrace.rolls.blocked").increment();
    }

    /** Something stays in a cluster although its object is gone. */
    void orphan(String kind) {
        registry.counter("millrace.orphans", "kind", kind).increment();
    }
}
