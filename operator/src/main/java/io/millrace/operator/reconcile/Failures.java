package io.millrace.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out what went wrong from an exception. */
final class Failures {

    /** The API server understood and refused: malformed, not permitted, invalid. */
    private static final Set<Integer> REFUSED = Set.of(400, 403, 422);

    private Failures() {}

    /** Looks into an exception and what caused it, for the framework wraps what it measures; empty: nothing we know. */
    static Optional<Failure> in(Throwable error) {
        for (@Nullable Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof FailureException found) {
                return Optional.of(found.failure());
            }
            if (cause instanceof KubernetesClientException refused && REFUSED.contains(refused.getCode())) {
                return Optional.of(new Failure.Rejected("Kubernetes refused: " + refused.getMessage()));
            }
        }
        return Optional.empty();
    }
}
