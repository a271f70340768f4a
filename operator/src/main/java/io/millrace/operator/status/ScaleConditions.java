package io.millrace.operator.status;

import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.RebalanceState;
import io.millrace.operator.scale.ScaleDecision;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What conditions say about the size of a cluster, beside how it stands. */
final class ScaleConditions {

    private static final Set<RebalanceState> UNDER_WAY =
            EnumSet.of(RebalanceState.Planned, RebalanceState.Moving, RebalanceState.Cancelling);

    private ScaleConditions() {}

    /** A condition that is True. */
    record Told(String type, Reason reason) {}

    /**
     * Decides which there are: a cluster that serves is Reconciling until it is as asked, Stalled if that cannot be, and
     * Rebalancing while partitions move.
     *
     * @param others the conditions there are already
     */
    static List<Told> of(ScaleDecision scale, List<Condition> others) {
        var told = new ArrayList<Told>();
        var isTold = Conditions.find(others, "Reconciling").isPresent()
                || Conditions.find(others, "Stalled").isPresent();
        if (!isTold) {
            switch (scale.phase()) {
                case SETTLED -> {}
                case BUSY, HELD -> told.add(new Told("Reconciling", Reason.SCALING));
                case AWAITING_APPROVAL -> told.add(new Told("Reconciling", Reason.AWAITING_APPROVAL));
                case BLOCKED -> told.add(new Told("Stalled", Reason.SCALE_BLOCKED));
            }
        }
        if (scale.rebalance().filter(one -> UNDER_WAY.contains(one.state())).isPresent()) {
            told.add(new Told("Rebalancing", Reason.SCALING));
        }
        return told;
    }
}
