package io.millrace.operator.reconcile;

import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.api.v1alpha1.RollingStatus;
import io.millrace.operator.apply.Events;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.status.Reason;
import io.millrace.operator.storage.StorageDecision;
import java.util.List;
import java.util.Optional;

/** Tells of what becomes of restarts and of disks, once when it becomes so: the status says it as long as it is so. */
final class ClusterNews {

    private final Events events;
    private final Tally tally;

    ClusterNews(Events events, Tally tally) {
        this.events = events;
        this.tally = tally;
    }

    /** Tells what is new beside what the status of a cluster says so far. */
    void tell(BrokerCluster cluster, Verdict roll) {
        var before = Optional.ofNullable(cluster.getStatus()).map(BrokerClusterStatus::rolling);
        switch (roll) {
            case Verdict.Restart(var pods, var why, var checks) -> tally.restarts(pods.size());
            case Verdict.Blocked(var by) -> {
                if (before.map(RollingStatus::blockedBy).isEmpty()) {
                    tally.blocked();
                    events.warning(cluster, "RollBlocked", "no broker is restarted: " + by);
                }
            }
            case Verdict.Done() ->
                before.ifPresent(rolling ->
                        events.normal(cluster, "Rolled", "all brokers run what is asked: " + rolling.reason()));
            case Verdict.Wait ignored -> {}
            case Verdict.LeadAgain ignored -> {}
        }
    }

    /** Tells what is new about disks. */
    void tell(BrokerCluster cluster, StorageDecision storage) {
        var told = storage.told();
        if (told.isEmpty() && hasSaid(cluster, Reason.GROWING)) {
            events.normal(cluster, "Grown", "all disks have " + storage.size());
        }
        told.filter(one -> one.reason().fate() == Reason.Fate.TERMINAL)
                .filter(one -> !hasSaid(cluster, one.reason()))
                .ifPresent(one -> events.warning(cluster, one.reason().word(), one.message()));
    }

    /** Whether the status gives a reason so far. */
    static boolean hasSaid(BrokerCluster cluster, Reason reason) {
        return Optional.ofNullable(cluster.getStatus()).map(BrokerClusterStatus::conditions).orElse(List.of()).stream()
                .anyMatch(condition -> reason.word().equals(condition.reason()));
    }
}
