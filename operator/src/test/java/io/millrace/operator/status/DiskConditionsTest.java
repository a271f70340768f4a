package io.millrace.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.Condition;
import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.QuorumFacts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiskConditionsTest {

    private static final List<Condition> NONE = List.of();
    private static final List<Condition> PRESSED =
            List.of(new Condition("DiskPressure", "True", "DiskShort", "as it was", 1L, "2026-01-31T12:00:00Z"));

    @Test
    void diskWithLessThanATenthIsNamed() {
        assertThat(DiskConditions.pressure(NONE, disks(0.3, 0.10, 0.5))).isEmpty();
        assertThat(DiskConditions.pressure(NONE, disks(0.3, 0.09, 0.5)))
                .hasValueSatisfying(
                        message -> assertThat(message).contains("1 (9 % free)").doesNotContain("30 %"));
    }

    @Test
    void itIsSoUntilThereIsSomeMore() {
        assertThat(DiskConditions.pressure(PRESSED, disks(0.14))).isPresent();
        assertThat(DiskConditions.pressure(PRESSED, disks(0.15))).isEmpty();
    }

    @Test
    void whatNobodySaysAnythingAboutStaysAsItWas() {
        assertThat(DiskConditions.pressure(PRESSED, Optional.empty())).contains("as it was");
        assertThat(DiskConditions.pressure(NONE, Optional.empty())).isEmpty();
    }

    private static Optional<ClusterFacts> disks(double... free) {
        var shares = new HashMap<Integer, Double>();
        for (double share : free) {
            shares.put(shares.size(), share);
        }
        return Optional.of(new ClusterFacts(
                "id",
                Set.of(),
                new QuorumFacts(0, Map.of(), 2_000),
                List.of(),
                false,
                1,
                Map.of(),
                Optional.empty(),
                shares));
    }
}
