package io.millrace.operator.status;

import io.millrace.api.v1alpha1.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes conditions as kstatus reads them: Reconciling and Stalled are absent or True. */
public final class Conditions {

    private Conditions() {}

    /**
     * Composes the conditions of an object.
     *
     * @param previous what the status holds now
     * @param standing how the object stands
     * @param generation the generation it was looked at in
     * @param now used where a condition's status changes
     */
    public static List<Condition> compose(
            @Nullable List<Condition> previous, Standing standing, long generation, Instant now) {
        var result = new ArrayList<Condition>();
        var before = previous == null ? List.<Condition>of() : previous;
        var reason = standing.reason();
        result.add(condition(before, "Ready", standing.ready(), reason, standing.message(), generation, now));
        var warning = standing.degraded();
        if (warning != null) {
            result.add(condition(before, "Degraded", true, warning.reason(), warning.message(), generation, now));
        } else {
            result.add(condition(before, "Degraded", false, reason, standing.message(), generation, now));
        }
        if (!standing.ready()) {
            var type = reason.fate() == Reason.Fate.TERMINAL ? "Stalled" : "Reconciling";
            result.add(condition(before, type, true, reason, standing.message(), generation, now));
        }
        return List.copyOf(result);
    }

    /** Makes one condition; its time is the previous one's unless the status changes. */
    public static Condition condition(
            List<Condition> before,
            String type,
            boolean status,
            Reason reason,
            String message,
            long generation,
            Instant now) {
        var word = status ? "True" : "False";
        var since = find(before, type)
                .filter(condition -> condition.status().equals(word))
                .map(Condition::lastTransitionTime)
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        return new Condition(type, word, reason.word(), message, generation, since);
    }

    /** Finds a condition by its type. */
    public static Optional<Condition> find(@Nullable List<Condition> conditions, String type) {
        if (conditions == null) {
            return Optional.empty();
        }
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    /** Returns whether condition Ready is True. */
    public static boolean isReady(@Nullable List<Condition> conditions) {
        return find(conditions, "Ready")
                .filter(condition -> condition.status().equals("True"))
                .isPresent();
    }

    /** Returns whether condition Ready has become True after a time. */
    public static boolean isReadySince(@Nullable List<Condition> conditions, Instant time) {
        return find(conditions, "Ready")
                .filter(condition -> condition.status().equals("True"))
                .filter(condition ->
                        Instant.parse(condition.lastTransitionTime()).isAfter(time))
                .isPresent();
    }
}
