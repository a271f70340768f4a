package io.millrace.operator.scale;

import static io.millrace.operator.scale.Scenes.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.RebalanceMode;
import io.millrace.api.v1alpha1.RebalancePurpose;
import io.millrace.api.v1alpha1.RebalanceState;
import io.millrace.operator.rebalance.Move;
import io.millrace.operator.scale.ScaleDecision.Phase;
import io.millrace.operator.scale.ScaleStep.AddVoter;
import io.millrace.operator.scale.ScaleStep.CancelMoves;
import io.millrace.operator.scale.ScaleStep.Cordon;
import io.millrace.operator.scale.ScaleStep.EndThrottle;
import io.millrace.operator.scale.ScaleStep.RemoveVoter;
import io.millrace.operator.scale.ScaleStep.SetDefaultMinInSync;
import io.millrace.operator.scale.ScaleStep.SetMinInSync;
import io.millrace.operator.scale.ScaleStep.StartMoves;
import io.millrace.operator.scale.ScaleStep.Uncordon;
import io.millrace.operator.scale.ScaleStep.Unregister;
import io.millrace.operator.scale.ScaleStep.VerifyEmpty;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ScalePlannerTest {

    private static final long MIB = 1 << 20;

    @Test
    void aClusterThatIsAsAskedIsLeftAlone() {
        var decision = cluster(3).topic("t", 6).topic("q.x", 3).decide();

        assertThat(decision).isEqualTo(ScaleDecision.settled(3, decision.rebalance()));
    }

    @Test
    void moreBrokersAreMadeAtOnce() {
        var decision = cluster(3).topic("t", 6).wanting(5).decide();

        assertThat(decision.size()).isEqualTo(5);
        assertThat(decision.phase()).isEqualTo(Phase.BUSY);
        assertThat(decision.steps()).isEmpty();
    }

    @Test
    void newBrokersAreWaitedFor() {
        var decision = cluster(5).topic("t", 6).never(4).decide();

        assertThat(decision.message()).isEqualTo("waiting for brokers [4] to register");
        assertThat(decision.phase()).isEqualTo(Phase.BUSY);
    }

    @Test
    void aBrokerThatIsAwayHoldsUpMovesAndNoRestart() {
        var decision = cluster(3).wanting(3).topic("t", 6).dies(1).decide();

        assertThat(decision.phase()).isEqualTo(Phase.HELD);
        assertThat(decision.message()).isEqualTo("brokers [1] are away");
    }

    @Test
    void controllersGetTheirVotesOneAfterTheOther() {
        var grown = cluster(3).withoutVote(1).withoutVote(2).follows(1, 10).follows(2, 10);

        assertThat(grown.decide().steps()).containsExactly(new AddVoter(1, "disk-1"));
        assertThat(grown.votes(1).decide().steps()).containsExactly(new AddVoter(2, "disk-2"));
    }

    @Test
    void aControllerThatIsBehindGetsNoVote() {
        var decision = cluster(3).withoutVote(2).follows(2, 60_000).decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.message()).isEqualTo("waiting for controller 2 to catch up with the others");
    }

    @Test
    void noVoteIsGivenWhileTheMajorityIsBehind() {
        var decision = cluster(3)
                .withoutVote(2)
                .votes(1, -1)
                .follows(2, 10)
                .votes(0, 60_000)
                .leader(7)
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.message()).contains("majority");
    }

    @Test
    void aVoterWhoseDiskWasLostIsReplaced() {
        var lost = cluster(3).votes(1, -1).follows(1, "new-disk", 10);

        assertThat(lost.decide().steps()).containsExactly(new RemoveVoter(1, "disk-1"));
        assertThat(lost.withoutVote(1).decide().steps()).containsExactly(new AddVoter(1, "new-disk"));
    }

    @Test
    void aVoterKeepsItsVoteIfTheOthersAreNoMajority() {
        var decision = cluster(3)
                .votes(1, -1)
                .votes(2, 60_000)
                .follows(1, "new-disk", 10)
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.message()).contains("before controller 1 loses its vote");
    }

    @Test
    void replicasComeBeforeThePromiseAndThePlanIsToldBeforeItIsCarriedOut() {
        var grown = cluster(3).minInSync(1).partition("q.x", 0, 0).partition("mine", 0, 0);

        var told = grown.decide();
        assertThat(told.steps()).isEmpty();
        assertThat(told.rebalance()).get().satisfies(status -> {
            assertThat(status.state()).isEqualTo(RebalanceState.Planned);
            assertThat(status.purpose()).isEqualTo(RebalancePurpose.Balance);
        });

        var moves = moves(grown.told(told.rebalance()).decide());
        assertThat(moves).extracting(Move::partition).containsExactly(new TopicPartition("q.x", 0));
        assertThat(moves.getFirst().to()).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void moreIsPromisedOnceAllReplicasAreThere() {
        var grown = cluster(3).minInSync(1);

        assertThat(grown.partition("q.x", 0, List.of(0, 1, 2), List.of(0), List.of(), List.of())
                        .decide()
                        .steps())
                .doesNotContain(new SetDefaultMinInSync(2));
        assertThat(grown.partition("q.x", 0, 0, 1, 2).decide().steps()).containsExactly(new SetDefaultMinInSync(2));
    }

    @Test
    void kafkasOwnTopicsArePromisedTheSame() {
        var decision = cluster(3)
                .partition("__transaction_state", 0, 0, 1, 2)
                .minInSync("__transaction_state", 1)
                .partition("mine", 0, 0, 1, 2)
                .minInSync("mine", 1)
                .decide();

        assertThat(decision.steps()).containsExactly(new SetMinInSync(Map.of("__transaction_state", 2)));
    }

    @Test
    void topicsWithAWishAndTheOneWithoutDataKeepTheirReplicas() {
        var decision = cluster(3)
                .partition("mine", 0, 0)
                .partition("mine", 1, 1)
                .partition("amqp.kick", 0, 2)
                .decide();

        assertThat(decision.phase()).isEqualTo(Phase.SETTLED);
    }

    @Test
    void aTopicObjectThatLeavesItToTheClusterGetsItsReplicas() {
        var decision = cluster(3)
                .topic("t", 3)
                .partition("free", 0, 1)
                .defaulted("free")
                .told(RebalanceState.Planned, RebalancePurpose.Replication, "h", MIB, 0)
                .decide();

        assertThat(moves(decision)).extracting(Move::partition).containsExactly(new TopicPartition("free", 0));
    }

    @Test
    void anEmptyBrokerGetsItsShare() {
        var grown = cluster(4);
        for (int i = 0; i < 12; i++) {
            grown.partition("t", i, i % 3, (i + 1) % 3, (i + 2) % 3);
        }

        var told = grown.decide();
        var decision = grown.told(told.rebalance()).decide();

        assertThat(moves(decision)).hasSizeGreaterThan(5).anyMatch(move -> move.to()
                .contains(3));
        assertThat(decision.rebalance().orElseThrow().state()).isEqualTo(RebalanceState.Moving);
    }

    @Test
    void aPlanWaitsForItsHash() {
        var waiting =
                cluster(4).topic("t", 8).partition("u", 0, 0, 1, 2).wanting(3).mode(RebalanceMode.Approve, "");

        var decision = waiting.decide();
        var hash = String.valueOf(decision.rebalance().orElseThrow().planHash());
        assertThat(decision.phase()).isEqualTo(Phase.AWAITING_APPROVAL);
        assertThat(decision.message()).contains("spec.rebalance.approve to " + hash);

        var approved = waiting.told(decision.rebalance())
                .mode(RebalanceMode.Approve, hash)
                .decide();
        assertThat(moves(approved)).isNotEmpty();
        assertThat(approved.rebalance().orElseThrow().planHash()).isEqualTo(hash);
    }

    @Test
    void anApprovedPlanGoesOnAlthoughTheRestHasAnotherHash() {
        var decision = cluster(4)
                .topic("t", 8)
                .wanting(3)
                .mode(RebalanceMode.Approve, "0123456789ab")
                .told(RebalanceState.Moving, RebalancePurpose.Drain, "0123456789ab", 20 * MIB, MIB)
                .decide();

        assertThat(moves(decision)).isNotEmpty();
        assertThat(decision.rebalance().orElseThrow().planHash()).isEqualTo("0123456789ab");
    }

    @Test
    void anotherHashApprovesNothing() {
        var decision = cluster(4)
                .topic("t", 8)
                .wanting(3)
                .mode(RebalanceMode.Approve, "aaaaaaaaaaaa")
                .told(RebalanceState.Moving, RebalancePurpose.Drain, "0123456789ab", 20 * MIB, MIB)
                .decide();

        assertThat(decision.phase()).isEqualTo(Phase.AWAITING_APPROVAL);
    }

    @Test
    void nothingIsMovedWhereThatIsOff() {
        var off = cluster(4).topic("t", 8).mode(RebalanceMode.Off, "");

        assertThat(off.wanting(3).decide().phase()).isEqualTo(Phase.BLOCKED);
        assertThat(off.decide().message()).contains("spec.rebalance.mode is Off");
        assertThat(cluster(4)
                        .partition("q.x", 0, 0, 1, 2)
                        .mode(RebalanceMode.Off, "")
                        .decide()
                        .phase())
                .isEqualTo(Phase.SETTLED);
    }

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
    void throttlesEndWithTheMoves() {
        var decision = cluster(3).topic("t", 3).throttled("t").decide();

        assertThat(decision.steps()).containsExactly(new EndThrottle(Set.of("t"), Set.of(0, 1, 2)));
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

    @Test
    void nothingIsDecidedWithoutAController() {
        assertThat(cluster(3).wanting(5).leader(-1).decide().phase()).isEqualTo(Phase.HELD);
    }

    private static List<Move> moves(ScaleDecision decision) {
        return decision.steps().stream()
                .filter(StartMoves.class::isInstance)
                .map(StartMoves.class::cast)
                .flatMap(step -> step.moves().stream())
                .toList();
    }
}
