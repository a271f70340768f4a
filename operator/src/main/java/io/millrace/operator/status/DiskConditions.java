package io.millrace.operator.status;

import io.millrace.api.v1alpha1.Condition;
import io.millrace.operator.plan.ClusterFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a cluster's conditions say about its disks. The marks are those at which brokers hold clients up by themselves
 * ({@code DiskGuard}); a condition is there until the fullest disk has some more room than where it began.
 */
final class DiskConditions {

    static final String TYPE = "DiskPressure";

    private static final double LOW = 0.10;
    private static final double ENOUGH = 0.15;

    private DiskConditions() {}

    /**
     * Says what is short.
     *
     * @param before the conditions there were
     * @param facts what the brokers say; empty: they say nothing, and what was known stays
     * @return the message of the condition; empty: there is none
     */
    static Optional<String> pressure(List<Condition> before, Optional<ClusterFacts> facts) {
        var condition = Conditions.find(before, TYPE);
        if (facts.isEmpty()) {
            return condition.map(Condition::message);
        }
        var mark = condition.isPresent() ? ENOUGH : LOW;
        var tight = new TreeMap<>(facts.get().diskFree());
        tight.values().removeIf(free -> free >= mark);
        return tight.isEmpty() ? Optional.empty() : Optional.of(message(tight));
    }

    private static String message(Map<Integer, Double> tight) {
        var disks = tight.entrySet().stream()
                .map(one -> "%d (%d %% free)".formatted(one.getKey(), Math.round(one.getValue() * 100)))
                .collect(Collectors.joining(", "));
        return "disks of brokers %s: clients that publish are held up there until %d %% are free; let topics keep less, consume"
                        .formatted(disks, Math.round(ENOUGH * 100))
                + " queues, or add brokers";
    }
}
