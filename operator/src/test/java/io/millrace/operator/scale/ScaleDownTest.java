package io.millrace.operator.scale;

import static io.millrace.operator.scale.ScalePlannerTest.moves;
import static io.millrace.operator.scale.Scenes.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.RebalancePurpose;
import io.millrace.api.v1alpha1.RebalanceState;
import io.millrace.operator.rebalance.Move;
import io.millrace.operator.scale.ScaleDecision.Phase;
import io.millrace.operator.scale.ScaleStep.CancelMoves;
import io.millrace.operator.scale.ScaleStep.Cordon;
import io.millrace.operator.scale.ScaleStep.RemoveVoter;
import io.millrace.operator.scale.ScaleStep.SetDefaultMinInSync;
import io.millrace.operator.scale.ScaleStep.StartMoves;
import io.millrace.operator.scale.ScaleStep.Uncordon;
import io.millrace.operator.scale.ScaleStep.Unregister;
import io.millrace.operator.scale.ScaleStep.VerifyEmpty;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Brokers that go, or are to be empty, and wishes that change on the way. */
class ScaleDownTest {
    private static final long MIB = 1 << 20;

    @Test
    void aBrokerThatGoesIsEmptiedFirst() {
        var going = cluster(4).topic("t", 8).wanting(3);

        var told = going.decide();
        assertThat(told.size()).isEqualTo(4);
        assertThat(told.steps()).containsExactly(new Cordon(Set.of(3)));

        var decision = going.isCordoned(3).told(told.rebalance()).decide();
        assertThat(decision.size()).isEqualTo(4);
        assertThat(moves(decision)).hasSize(6).noneMatch(move -> move.to().contains(3));
    }

    @Test
    void moreReplicasThanBrokersBlockAndAreNamed() {
        var decision = cluster(5)
                .partition("wide", 0, 0, 1, 2, 3)
                .wanting(3)
                .isCordoned(3, 4)
                .decide();

        assertThat(decision.phase()).isEqualTo(Phase.BLOCKED);
        assertThat(decision.size()).isEqualTo(5);
        assertThat(decision.message()).contains("wide: 4 replicas are wanted, and 3 brokers are left");
        assertThat(decision.steps()).containsExactly(new Uncordon(Set.of(3, 4)));
    }

    @Test
    void lessIsPromisedBeforeReplicasGo() {
        var going = cluster(3).topic("q.x", 3).wanting(1).isCordoned(1, 2);

        assertThat(going.decide().steps()).containsExactly(new SetDefaultMinInSync(1));

        var told = going.minInSync(1).decide();
        assertThat(moves(going.told(told.rebalance()).decide()))
                .hasSize(3)
                .allMatch(move -> move.to().equals(List.of(0)) && move.bytes() == 0);
    }

    @Test
    void anEmptyBrokerGoesOnceItHasNoVoteAndAllIsInSync() {
        var empty = cluster(3)
                .partition("t", 0, 0)
                .minInSync(1)
                .wanting(1)
                .isCordoned(1, 2)
                .leader(2);

        assertThat(empty.decide().steps()).containsExactly(new RemoveVoter(1, "disk-1"));
        assertThat(empty.withoutVote(1).decide().steps()).containsExactly(new RemoveVoter(2, "disk-2"));

        var decision = empty.withoutVote(2).leader(0).decide();
        assertThat(decision.size()).isEqualTo(1);
        assertThat(decision.steps()).containsExactly(new VerifyEmpty(Set.of(1, 2)));
    }

    @Test
    void noBrokerGoesWhileReplicasAreOutOfSync() {
        var decision = cluster(4)
                .partition("t", 0, List.of(0, 1, 2), List.of(0, 1), List.of(), List.of())
                .wanting(3)
                .isCordoned(3)
                .decide();

        assertThat(decision.size()).isEqualTo(4);
        assertThat(decision.message()).contains("1 partitions with replicas out of sync");
    }

    @Test
    void theEndOfADrainIsToldBeforeTheBrokerGoes() {
        var decision = cluster(4)
                .topic("t", 1)
                .wanting(3)
                .isCordoned(3)
                .told(RebalanceState.Moving, RebalancePurpose.Drain, "h", MIB, MIB / 2)
                .decide();

        assertThat(decision.size()).isEqualTo(4);
        assertThat(decision.rebalance().orElseThrow().state()).isEqualTo(RebalanceState.Done);
        assertThat(decision.rebalance().orElseThrow().movedBytes()).isEqualTo(MIB);
        assertThat(decision.steps()).containsExactly(new ScaleStep.ElectPreferredLeaders());
    }

    @Test
    void aBrokerIsForgottenOnceItsPodHasEnded() {
        var gone = cluster(3).topic("t", 3).isLeftOver(3);

        assertThat(gone.decide().steps()).containsExactly(new Unregister(Set.of(3)));
        assertThat(gone.comes(3).decide().steps()).isEmpty();
        assertThat(gone.decide().message()).isEqualTo("waiting for brokers [3] to end");
    }

    @Test
    void movesOntoABrokerThatIsNotWantedAnyMoreAreTakenBack() {
        var decision = cluster(4)
                .partition("t", 0, List.of(0, 1, 3, 2), List.of(0, 1, 2), List.of(3), List.of(2))
                .wanting(3)
                .told(RebalanceState.Moving, RebalancePurpose.Balance, "h", MIB, 0)
                .decide();

        assertThat(decision.steps()).containsExactly(new CancelMoves(Set.of(new TopicPartition("t", 0))));
        assertThat(decision.rebalance().orElseThrow().state()).isEqualTo(RebalanceState.Cancelling);
    }

    @Test
    void aBrokerThatIsWantedAgainKeepsWhatItHasAndGetsBackWhatHasLeft() {
        var back = cluster(4)
                .topic("t", 8)
                .partition("u", 0, List.of(0, 1, 2, 3), List.of(0, 1, 3), List.of(2), List.of(3))
                .isCordoned(3)
                .told(RebalanceState.Moving, RebalancePurpose.Drain, "h", 9 * MIB, 4 * MIB);

        assertThat(back.decide().steps())
                .containsExactly(new Uncordon(Set.of(3)), new CancelMoves(Set.of(new TopicPartition("u", 0))));

        for (int i = 0; i < 8; i++) {
            back.partition("t", i, i % 3, (i + 1) % 3, (i + 2) % 3);
        }
        var next = back.partition("u", 0, 0, 1, 3)
                .told(RebalanceState.Cancelling, RebalancePurpose.Drain, "h", 9 * MIB, 4 * MIB)
                .decide();
        assertThat(next.rebalance().orElseThrow().purpose()).isEqualTo(RebalancePurpose.Balance);
    }

    @Test
    void movesUnderWayAreWaitedForAndCountedByBytes() {
        var decision = cluster(4)
                .partition("t", 0, List.of(0, 1, 3, 2), List.of(0, 1, 3), List.of(2), List.of(3))
                .wanting(3)
                .isCordoned(3)
                .told(RebalanceState.Moving, RebalancePurpose.Drain, "h", MIB, 0)
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.rebalance().orElseThrow().movedBytes()).isEqualTo(MIB / 4);
        assertThat(decision.rebalance().orElseThrow().etaSeconds()).isEqualTo(1);
    }

    @Test
    void nothingIsMovedWhileAPodIsBeingRestarted() {
        var decision = cluster(4)
                .topic("t", 8)
                .restarts(1)
                .wanting(3)
                .told(RebalanceState.Planned, RebalancePurpose.Drain, "h", MIB, 0)
                .decide();

        assertThat(decision.phase()).isEqualTo(Phase.HELD);
        assertThat(decision.steps()).noneMatch(StartMoves.class::isInstance);
    }

    @Test
    void aCordonedBrokerIsEmptiedAndStays() {
        var cordoning = cluster(4).topic("t", 8).cordoning(1).isCordoned(1);

        var decision = cordoning
                .told(RebalanceState.Planned, RebalancePurpose.Drain, "h", MIB, 0)
                .decide();

        assertThat(decision.size()).isEqualTo(4);
        assertThat(moves(decision)).hasSize(6).noneMatch(move -> move.to().contains(1));
    }

    @Test
    void aSlotAndTheQueuesOfItsOwnerMoveTogether() {
        var slot = new TopicPartition("amqp.slots", 5);
        var queue = new TopicPartition("q.x", 0);
        var decision = cluster(4)
                .partition("amqp.slots", 5, 0, 1, 3)
                .partition("q.x", 0, 0, 1, 3)
                .partition("t", 0, 1, 2, 0)
                .unit(slot, queue)
                .wanting(3)
                .isCordoned(3)
                .told(RebalanceState.Planned, RebalancePurpose.Drain, "h", MIB, 0)
                .decide();

        assertThat(moves(decision)).extracting(Move::partition).containsExactlyInAnyOrder(slot, queue);
        assertThat(moves(decision)).extracting(Move::to).containsOnly(List.of(0, 1, 2));
    }

    @Test
    void nothingIsMovedBeforeTheQueueLayerSaysWhatBelongsTogether() {
        var decision =
                cluster(4).topic("t", 8).wanting(3).withoutWordOfTheQueues().decide();

        assertThat(decision.phase()).isEqualTo(Phase.HELD);
        assertThat(decision.size()).isEqualTo(4);
    }
}
