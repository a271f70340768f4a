package io.millrace.operator.rebalance;

import java.util.List;

/** What came of planning. */
public sealed interface RebalanceResult {

    /** A plan, empty if the placement is good as it is. */
    record Planned(RebalancePlan plan) implements RebalanceResult {}

    /**
     * There is no placement that keeps the hard goals.
     *
     * @param reasons why, each for a person to act on; names topics
     */
    record Impossible(List<String> reasons) implements RebalanceResult {
        public Impossible {
            reasons = List.copyOf(reasons);
        }
    }
}
