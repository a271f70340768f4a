package io.millrace.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.Condition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {

    private static final Instant EARLY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATE = Instant.parse("2026-01-02T00:00:00Z");

    @Test
    void reconcilingAndStalledAreAbsentOrTrue() {
        assertThat(types(Standing.ready("fine"))).containsExactly("Ready=True", "Degraded=False");
        assertThat(types(Standing.notReady(Reason.CLUSTER_NOT_READY, "m")))
                .containsExactly("Ready=False", "Degraded=False", "Reconciling=True");
        assertThat(types(Standing.notReady(Reason.CONFLICT, "m")))
                .containsExactly("Ready=False", "Degraded=False", "Stalled=True");
        assertThat(types(Standing.degraded(Reason.LAG_HIGH, "m"))).containsExactly("Ready=True", "Degraded=True");
    }

    @Test
    void timeMovesOnlyWithTheStatus() {
        var first = Conditions.compose(List.of(), Standing.notReady(Reason.CLUSTER_NOT_READY, "a"), 1, EARLY);
        var second = Conditions.compose(first, Standing.notReady(Reason.BROKER_UNAVAILABLE, "b"), 2, LATE);
        var third = Conditions.compose(second, Standing.ready("c"), 2, LATE);

        assertThat(second.getFirst().lastTransitionTime()).isEqualTo(EARLY.toString());
        assertThat(second.getFirst().reason()).isEqualTo("BrokerUnavailable");
        assertThat(third.getFirst().lastTransitionTime()).isEqualTo(LATE.toString());
    }

    @Test
    void whatHasBeenReadyForLongHasNotBecomeSoSince() {
        var ready = Conditions.compose(List.of(), Standing.ready("a"), 1, LATE);
        var notReady = Conditions.compose(ready, Standing.notReady(Reason.CONFLICT, "b"), 1, LATE);

        assertThat(Conditions.isReadySince(ready, EARLY)).isTrue();
        assertThat(Conditions.isReadySince(ready, LATE)).isFalse();
        assertThat(Conditions.isReadySince(notReady, EARLY)).isFalse();
        assertThat(Conditions.isReadySince(null, EARLY)).isFalse();
    }

    private static List<String> types(Standing standing) {
        return Conditions.compose(null, standing, 1, EARLY).stream()
                .map((Condition condition) -> condition.type() + "=" + condition.status())
                .toList();
    }
}
