package io.millrace.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.RebalanceMode;
import io.millrace.operator.scale.ScaleNeed.Held;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScaleNeedTest {

    private static final Set<Integer> THREE = Set.of(0, 1, 2);
    private static final List<Held> HELD = List.of(new Held("t", Set.of(0, 1)), new Held("u", Set.of(2, 0)));

    @Test
    void aClusterThatIsAsAskedNeedsNoCloserLook() {
        assertThat(isThere(RebalanceMode.Auto, THREE, Map.of(0, "a", 1, "b", 2, "b")))
                .isFalse();
        assertThat(isThere(RebalanceMode.Auto, THREE, Map.of())).isFalse();
    }

    @Test
    void replicasInOneRackDoUnlessNothingMayBeMoved() {
        var together = Map.of(0, "a", 1, "a", 2, "b");

        assertThat(isThere(RebalanceMode.Auto, THREE, together)).isTrue();
        assertThat(isThere(RebalanceMode.Approve, THREE, together)).isTrue();
        assertThat(isThere(RebalanceMode.Off, THREE, together)).isFalse();
    }

    @Test
    void aBrokerThatRestartsIsNoReason() {
        assertThat(isThere(RebalanceMode.Auto, Set.of(0, 2), Map.of(0, "a", 2, "b")))
                .isFalse();
        assertThat(isThere(RebalanceMode.Auto, THREE, Map.of(0, "a", 1, "a"))).isFalse();
    }

    private static boolean isThere(RebalanceMode mode, Set<Integer> live, Map<Integer, String> racks) {
        return ScaleNeed.isThere(Scenes.wish(3, Set.of(), mode, ""), 3, THREE, live, racks, HELD, 2, Optional.empty());
    }
}
