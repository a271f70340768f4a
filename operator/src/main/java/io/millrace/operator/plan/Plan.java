package io.millrace.operator.plan;

import io.millrace.operator.status.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done about one object.
 *
 * @param actions in this order
 * @param standing how the object stands once they are done
 * @param nextLook when to look again without being woken; empty: when something happens
 */
public record Plan<A>(List<A> actions, Standing standing, Optional<Duration> nextLook) {
    public Plan {
        actions = List.copyOf(actions);
    }

    /** Nothing to do but to say so. */
    public static <A> Plan<A> nothing(Standing standing) {
        return new Plan<>(List.of(), standing, Optional.empty());
    }

    /** Nothing to do now; look again. */
    public static <A> Plan<A> later(Standing standing, Duration nextLook) {
        return new Plan<>(List.of(), standing, Optional.of(nextLook));
    }
}
