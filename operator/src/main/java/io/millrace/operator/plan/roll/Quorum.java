package io.millrace.operator.plan.roll;

import io.millrace.operator.plan.QuorumFacts;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import java.util.Optional;

/** The controllers must keep a majority that follows the leader closely. */
final class Quorum {

    private Quorum() {}

    /** What forbids that a pod restarts; nothing if it is no controller, or the only one. */
    static Optional<String> block(BrokerPodFacts pod, QuorumFacts quorum) {
        if (!quorum.isVoter(pod.node()) || quorum.lagMs().size() == 1) {
            return Optional.empty();
        }
        if (quorum.leader() < 0) {
            return Optional.of("the controllers have no leader");
        }
        var left = quorum.caughtUpWithout(pod.node());
        return left >= quorum.majority()
                ? Optional.empty()
                : Optional.of(
                        "the controllers would lose their majority without %s: %d others are caught up, and %d are needed"
                                .formatted(pod.name(), left, quorum.majority()));
    }
}
