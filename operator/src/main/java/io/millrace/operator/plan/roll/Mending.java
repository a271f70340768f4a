package io.millrace.operator.plan.roll;

import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.LogState;
import io.millrace.operator.plan.RollPlanner.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Pods that do not do their part and run outdated settings: only the wanted ones can mend them, so they come first. */
final class Mending {

    static final String SILENT = "the brokers do not answer, so nothing is known about the replicas;"
            + " see whether their pods are ready, and whether the operator can reach port 9091";

    private Mending() {}

    /** Without a majority of controllers nothing is served for long and nothing is protected by waiting: start all together. */
    static Optional<Verdict> startTogether(RollSnapshot roll) {
        var controllers = roll.controllers().size();
        // One that runs what is wanted is on its way, and may make the majority full.
        var able = roll.pods().stream()
                .filter(pod -> roll.controllers().contains(pod.node()))
                .filter(pod -> pod.log() == LogState.SERVING || !pod.outdated())
                .count();
        var idle =
                roll.due().stream().filter(pod -> pod.log() != LogState.SERVING).toList();
        if (roll.facts().isPresent() || idle.isEmpty() || able >= controllers / 2 + 1) {
            return Optional.empty();
        }
        return Optional.of(new Verdict.Restart(
                idle,
                idle.getFirst().why(),
                "%d of %d controllers serve, which is no majority: nothing is protected by waiting"
                        .formatted(able, controllers)));
    }

    /** A log that does not run serves nothing: what is known about replicas does not matter. */
    static Optional<Verdict> mendWhatIsDown(RollSnapshot roll) {
        var down = roll.due().stream().filter(pod -> pod.log() == LogState.DOWN).toList();
        return down.isEmpty()
                ? Optional.empty()
                : Optional.of(new Verdict.Restart(
                        down, down.getFirst().why(), "its log does not run, so nothing is lost by it"));
    }

    /** One that runs may serve still, though it is not ready as a whole: it goes alone, and what it serves must bear it. */
    static Optional<Verdict> mendWhatIsNotReady(RollSnapshot roll) {
        var unready = roll.due().stream().filter(pod -> !pod.ready()).toList();
        if (unready.isEmpty()) {
            return Optional.empty();
        }
        if (roll.facts().isEmpty()) {
            return Optional.of(new Verdict.Blocked(SILENT));
        }
        var blocks = new ArrayList<String>();
        for (var pod : unready) {
            var block = block(pod, roll, roll.facts().get());
            if (block.isEmpty()) {
                return Optional.of(new Verdict.Restart(
                        List.of(pod),
                        pod.why(),
                        "it is not ready, and no partition falls below min.insync.replicas without it"));
            }
            blocks.add(block.get());
        }
        return Optional.of(new Verdict.Blocked(blocks.getFirst()));
    }

    private static Optional<String> block(BrokerPodFacts pod, RollSnapshot roll, ClusterFacts facts) {
        return Quorum.block(pod, facts.quorum()).or(() -> Replication.of(facts)
                .shortage(pod, Set.of(), roll.intent().allowUnavailable()));
    }
}
