package io.millrace.operator.status;

import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.Management;
import io.millrace.api.v1alpha1.RollingStatus;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.plan.BrokerClusterObserved;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Composes {@code status.rolling}: how far a rolling restart is. */
final class RollingStatuses {

    private RollingStatuses() {}

    /** Composes it; null when none runs. */
    static @Nullable RollingStatus of(
            BrokerCluster cluster, BrokerClusterIntent intent, BrokerClusterObserved observed, Verdict roll) {
        var old = cluster.getStatus() == null ? null : cluster.getStatus().rolling();
        var begins = roll instanceof Verdict.Restart && cluster.getSpec().management() != Management.Observe;
        if (roll instanceof Verdict.Done) {
            return null;
        }
        var current = current(observed, roll);
        var done = (int) observed.pods().stream()
                .filter(pod -> !pod.outdated() && pod.ready() && !pod.terminating())
                .filter(pod -> !current.contains(pod.name()))
                .count();
        var total = intent.nodes().size();
        return new RollingStatus(
                reason(old, observed),
                batch(old, begins),
                done,
                total,
                done + "/" + total,
                current.isEmpty() ? null : current.stream().toList(),
                roll instanceof Verdict.Blocked(var by) ? by : null);
    }

    /** What pods are restarted for; the last of them, which runs what is wanted already, for the same as before. */
    private static String reason(@Nullable RollingStatus old, BrokerClusterObserved observed) {
        var before = old == null || old.reason() == null ? "settings have changed" : old.reason();
        return observed.pods().stream()
                .filter(BrokerPodFacts::outdated)
                .map(BrokerPodFacts::why)
                .findFirst()
                .orElse(before);
    }

    private static int batch(@Nullable RollingStatus old, boolean begins) {
        var before = old == null || old.batch() == null ? 0 : old.batch();
        return begins ? before + 1 : before;
    }

    private static Set<String> current(BrokerClusterObserved observed, Verdict roll) {
        var away = observed.pods().stream()
                .filter(pod -> pod.terminating() || (!pod.outdated() && !pod.ready()))
                .map(BrokerPodFacts::name)
                .collect(Collectors.toCollection(TreeSet::new));
        if (roll instanceof Verdict.Restart batch) {
            batch.pods().forEach(pod -> away.add(pod.name()));
        }
        return away;
    }
}
