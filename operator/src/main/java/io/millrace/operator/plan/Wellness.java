package io.millrace.operator.plan;

import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.scale.ScaleDecision;
import io.millrace.operator.status.Standing;
import java.util.Optional;

/** Whether a cluster is so well that what cannot be taken back may be done. That is more than being ready. */
final class Wellness {

    private Wellness() {}

    /** Returns the first thing that is not as it should be. */
    static Optional<String> trouble(
            Standing standing, Verdict roll, ScaleDecision scale, Optional<ClusterFacts> facts) {
        if (!standing.ready() || !(roll instanceof Verdict.Done)) {
            return Optional.of(standing.message());
        }
        var warning = standing.degraded();
        if (warning != null) {
            return Optional.of(warning.message());
        }
        return switch (scale.phase()) {
            case BUSY, HELD -> Optional.of(scale.message());
            case SETTLED, AWAITING_APPROVAL, BLOCKED ->
                facts.flatMap(found -> found.partitions().stream()
                                .filter(partition -> !partition.isFull())
                                .findFirst())
                        .map(partition -> partition + " has replicas out of sync");
        };
    }
}
