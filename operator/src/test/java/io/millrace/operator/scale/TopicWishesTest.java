package io.millrace.operator.scale;

import static io.millrace.operator.scale.ScalePlannerTest.moves;
import static io.millrace.operator.scale.Scenes.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.RebalanceMode;
import io.millrace.api.v1alpha1.RebalancePurpose;
import io.millrace.api.v1alpha1.RebalanceState;
import io.millrace.operator.scale.ScaleDecision.Phase;
import io.millrace.operator.scale.ScaleStep.CancelMoves;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Topic objects ask for other replicas than their topics have. */
class TopicWishesTest {

    private static final long MIB = 1 << 20;

    @Test
    void aTopicThatAsksForMoreReplicasGetsThem() {
        var asking = cluster(3).topic("t", 3).partition("mine", 0, 1).wished("mine", 3);

        var told = asking.decide();
        assertThat(told.rebalance()).get().satisfies(status -> {
            assertThat(status.state()).isEqualTo(RebalanceState.Planned);
            assertThat(status.purpose()).isEqualTo(RebalancePurpose.Replication);
        });
        assertThat(moves(asking.told(told.rebalance()).decide()))
                .singleElement()
                .satisfies(move -> {
                    assertThat(move.partition()).isEqualTo(new TopicPartition("mine", 0));
                    assertThat(move.to()).startsWith(1).containsExactlyInAnyOrder(0, 1, 2);
                });
        assertThat(asking.mode(RebalanceMode.Approve, "").decide().phase()).isEqualTo(Phase.AWAITING_APPROVAL);
        assertThat(asking.mode(RebalanceMode.Off, "").decide().phase()).isEqualTo(Phase.SETTLED);
        assertThat(asking.mode(RebalanceMode.Auto, "").restarts(2).decide().phase())
                .isEqualTo(Phase.HELD);
    }

    @Test
    void replicasGoOnceAllAreInSyncAndNoMoreIsPromisedThanIsLeft() {
        var asking = cluster(3)
                .topic("t", 3)
                .partition("mine", 0, 1, 2, 0)
                .minInSync("mine", 2)
                .told(RebalanceState.Planned, RebalancePurpose.Replication, "h", 0, 0);

        assertThat(moves(asking.wished("mine", 1, 1).decide())).isEmpty();
        assertThat(moves(asking.wished("mine", 1).decide())).hasSize(1);
        assertThat(moves(asking.wished("mine", 2, 2).decide()))
                .singleElement()
                .extracting(move -> move.to().size())
                .isEqualTo(2);
        assertThat(moves(asking.partition("mine", 0, List.of(1, 2, 0), List.of(1, 2), List.of(), List.of())
                        .decide()))
                .isEmpty();
    }

    @Test
    void moreReplicasThanBrokersAreLeftToTheTopicToComplainAbout() {
        assertThat(cluster(3).topic("t", 3).wished("t", 4).decide().phase()).isEqualTo(Phase.SETTLED);
        assertThat(cluster(4)
                        .topic("t", 4)
                        .cordoning(3)
                        .isCordoned(3)
                        .wished("t", 4)
                        .told(RebalanceState.Planned, RebalancePurpose.Drain, "h", 0, 0)
                        .decide()
                        .steps())
                .isNotEmpty();
    }

    @Test
    void replicasThatNobodyAsksForAnyMoreAreNotWaitedFor() {
        var moving = cluster(3)
                .topic("t", 3)
                .partition("mine", 0, List.of(1, 0, 2), List.of(1), List.of(0, 2), List.of())
                .told(RebalanceState.Moving, RebalancePurpose.Replication, "h", MIB, 0);

        assertThat(moving.wished("mine", 3).decide().steps()).isEmpty();
        assertThat(moving.wished("mine", 1).decide().steps())
                .containsExactly(new CancelMoves(Set.of(new TopicPartition("mine", 0))));
    }
}
