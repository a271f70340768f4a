package io.millrace.operator.scale;

import static io.millrace.operator.scale.ScalePlannerTest.moves;
import static io.millrace.operator.scale.Scenes.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.RebalanceMode;
import io.millrace.api.v1alpha1.RebalancePurpose;
import io.millrace.api.v1alpha1.RebalanceState;
import io.millrace.operator.rebalance.Move;
import io.millrace.operator.scale.ScaleDecision.Phase;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Replicas lie in different racks, as far as there are any. */
class RackSpreadTest {

    private static final long MIB = 1 << 20;

    @Test
    void replicasThatLieInOneRackAreSpread() {
        var known = cluster(4).racks("a", "a", "b", "b").partition("t", 0, 0, 1).partition("u", 0, 2, 3, 1);

        var told = known.decide();
        assertThat(told.steps()).isEmpty();
        assertThat(told.rebalance()).get().satisfies(status -> {
            assertThat(status.state()).isEqualTo(RebalanceState.Planned);
            assertThat(status.purpose()).isEqualTo(RebalancePurpose.Spread);
        });

        var moves = moves(known.told(told.rebalance()).decide());
        assertThat(moves).extracting(Move::partition).containsExactly(new TopicPartition("t", 0));
        assertThat(moves.getFirst().to()).contains(0).containsAnyOf(2, 3);
    }

    @Test
    void spreadingOverRacksCanBeApprovedAndLeftOff() {
        var known = cluster(4).racks("a", "a", "b", "b").partition("t", 0, 0, 1).partition("u", 0, 2, 3, 1);

        assertThat(known.mode(RebalanceMode.Approve, "").decide().phase()).isEqualTo(Phase.AWAITING_APPROVAL);
        assertThat(known.mode(RebalanceMode.Off, "").decide().phase()).isEqualTo(Phase.SETTLED);
    }

    @Test
    void nothingIsSpreadWhileOneBrokerHasNoRack() {
        var half = cluster(4).racks("a", "a", "b", "").partition("t", 0, 0, 1).partition("u", 0, 2, 3, 1);

        assertThat(half.decide().phase()).isEqualTo(Phase.SETTLED);
    }

    @Test
    void moreReplicasThanRacksNeedNotBeFurtherApart() {
        var settled = cluster(4).racks("a", "a", "b", "b").topic("t", 4).decide();

        assertThat(settled.phase()).isEqualTo(Phase.SETTLED);
    }

    @Test
    void whatIsSpreadIsSaidToBeDone() {
        var decision = cluster(4)
                .racks("a", "a", "b", "b")
                .topic("t", 4)
                .told(RebalanceState.Moving, RebalancePurpose.Spread, "h", MIB, MIB)
                .decide();

        assertThat(decision.rebalance().orElseThrow().state()).isEqualTo(RebalanceState.Done);
    }

    @Test
    void brokersThatComeGetWhatBringsReplicasToTheirRack() {
        var grown = cluster(4).racks("a", "a", "a", "b");
        for (int i = 0; i < 12; i++) {
            grown.partition("t", i, i % 3, (i + 1) % 3);
        }

        var told = grown.decide();
        assertThat(told.rebalance().orElseThrow().purpose()).isEqualTo(RebalancePurpose.Balance);
        assertThat(moves(grown.told(told.rebalance()).decide())).hasSize(12).allMatch(move -> move.to()
                .contains(3));
    }
}
