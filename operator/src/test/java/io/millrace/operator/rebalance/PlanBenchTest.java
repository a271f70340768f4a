package io.millrace.operator.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operator.rebalance.PlanBench.Case;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The goals of the planner on the placements of ./dev bench plan, the largest with 100,000 replicas. */
class PlanBenchTest {

    @ParameterizedTest
    @MethodSource("cases")
    void planIsGoodCheapAndQuick(Case one) {
        var row = PlanBench.measure(one);

        assertThat(row.after().hardGoalsHold()).isTrue();
        assertThat(GoalValues.spread(row.after().replicas())).isLessThanOrEqualTo(1);
        assertThat(GoalValues.spread(row.after().leaders())).isLessThanOrEqualTo(1);
        assertThat((double) row.plan().bytes()).isLessThanOrEqualTo(1.05 * row.bound());
        assertThat(row.cpuMs()).isLessThanOrEqualTo(5_000);
    }

    static Stream<Case> cases() {
        return PlanBench.cases().stream();
    }
}
