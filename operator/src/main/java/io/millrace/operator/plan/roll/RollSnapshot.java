package io.millrace.operator.plan.roll;

import io.millrace.operator.intent.RollIntent;
import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All that a verdict about restarts is made from, at one moment.
 *
 * @param pods the pods there are
 * @param expected how many there should be
 * @param controllers node ids of the controllers the cluster was made with: all that is known of them without facts
 * @param facts read from the brokers just now; empty if they did not answer
 * @param intent how the user wants brokers to be restarted
 * @param queues whether the cluster has a queue layer
 * @param rolling whether a roll was under way: its last pods belong to it until they are back
 */
public record RollSnapshot(
        List<BrokerPodFacts> pods,
        int expected,
        Set<Integer> controllers,
        Optional<ClusterFacts> facts,
        RollIntent intent,
        boolean queues,
        boolean rolling) {

    public RollSnapshot {
        pods = List.copyOf(pods);
        controllers = Set.copyOf(controllers);
    }

    /** The same with facts that were read later. */
    public RollSnapshot with(Optional<ClusterFacts> later) {
        return new RollSnapshot(pods, expected, controllers, later, intent, queues, rolling);
    }

    /** Pods that run something else than is wanted and are not on their way out already. */
    List<BrokerPodFacts> due() {
        return pods.stream().filter(pod -> pod.outdated() && !pod.terminating()).toList();
    }

    /** Pods that run what is wanted: those that have been restarted, and those that did not need it. */
    List<BrokerPodFacts> current() {
        return pods.stream().filter(pod -> !pod.outdated()).toList();
    }

    /** Whether there is, or was a moment ago, something to restart. */
    boolean isUnderWay() {
        return rolling || pods.stream().anyMatch(BrokerPodFacts::outdated);
    }

    Optional<BrokerPodFacts> first(Predicate<BrokerPodFacts> which) {
        return pods.stream().filter(which).findFirst();
    }

    /** How many brokers there should be, dedicated controllers not counted. */
    long expectedBrokers() {
        return expected - pods.stream().filter(pod -> !pod.isBroker()).count();
    }

    Stream<BrokerPodFacts> brokers() {
        return pods.stream().filter(BrokerPodFacts::isBroker);
    }
}
