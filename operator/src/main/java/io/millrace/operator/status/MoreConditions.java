package io.millrace.operator.status;

import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.RebalanceState;
import io.millrace.operator.plan.BrokerClusterPlanner.ClusterPlan;
import io.millrace.operator.scale.ScaleDecision;
import io.millrace.operator.storage.StorageDecision;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What conditions say about the size, the disks and the version of a cluster, beside how it stands. */
final class MoreConditions {

    private static final Set<RebalanceState> UNDER_WAY =
            EnumSet.of(RebalanceState.Planned, RebalanceState.Moving, RebalanceState.Cancelling);

    private MoreConditions() {}

    /** A condition that is True. */
    record Told(String type, Reason reason, String message) {}

    /**
     * Decides which there are: a cluster that serves is Reconciling until it is as asked, Stalled if that cannot be, be it its
     * size, that of its disks, its version, its feature levels or a setting, Rebalancing while partitions move, and RenewingCA while an authority is
     * replaced.
     *
     * @param others the conditions there are already
     */
    static List<Told> of(ClusterPlan plan, List<Condition> others) {
        var scale = plan.scale();
        var upgrade = plan.upgrade();
        var trust = plan.trust();
        var told = new ArrayList<Told>();
        var isTold = Conditions.find(others, "Reconciling").isPresent()
                || Conditions.find(others, "Stalled").isPresent();
        if (!isTold) {
            upgrade.refusal()
                    .map(reason -> new Told("Stalled", reason, upgrade.message()))
                    .or(() -> plan.settings().refusal().map(why -> new Told("Stalled", Reason.SETTING_REFUSED, why)))
                    .or(() -> size(scale))
                    .or(() -> disks(plan.storage()))
                    .ifPresent(told::add);
        }
        if (scale.rebalance().filter(one -> UNDER_WAY.contains(one.state())).isPresent()) {
            told.add(new Told("Rebalancing", Reason.SCALING, scale.message()));
        }
        trust.progress()
                .map(one -> new Told("RenewingCA", one.reason(), one.message()))
                .ifPresent(told::add);
        return told;
    }

    private static Optional<Told> disks(StorageDecision storage) {
        return storage.told()
                .map(told -> new Told(
                        told.reason().fate() == Reason.Fate.TERMINAL ? "Stalled" : "Reconciling",
                        told.reason(),
                        told.message()));
    }

    private static Optional<Told> size(ScaleDecision scale) {
        return switch (scale.phase()) {
            case SETTLED -> Optional.empty();
            case BUSY, HELD -> Optional.of(new Told("Reconciling", Reason.SCALING, scale.message()));
            case AWAITING_APPROVAL -> Optional.of(new Told("Reconciling", Reason.AWAITING_APPROVAL, scale.message()));
            case BLOCKED -> Optional.of(new Told("Stalled", Reason.SCALE_BLOCKED, scale.message()));
        };
    }
}
