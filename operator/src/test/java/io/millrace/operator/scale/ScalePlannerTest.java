package io.millrace.operator.scale;

import static io.millrace.operator.scale.Scenes.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.RebalanceMode;
import io.millrace.api.v1alpha1.RebalancePurpose;
import io.millrace.api.v1alpha1.RebalanceState;
import io.millrace.operator.rebalance.Move;
import io.millrace.operator.scale.ScaleDecision.Phase;
import io.millrace.operator.scale.ScaleStep.AddVoter;
import io.millrace.operator.scale.ScaleStep.EndThrottle;
import io.millrace.operator.scale.ScaleStep.RemoveVoter;
import io.millrace.operator.scale.ScaleStep.SetDefaultMinInSync;
import io.millrace.operator.scale.ScaleStep.SetMinInSync;
import io.millrace.operator.scale.ScaleStep.StartMoves;
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
    void throttlesEndWithTheMoves() {
        var decision = cluster(3).topic("t", 3).throttled("t").decide();

        assertThat(decision.steps()).containsExactly(new EndThrottle(Set.of("t"), Set.of(0, 1, 2)));
    }

    @Test
    void nothingIsDecidedWithoutAController() {
        assertThat(cluster(3).wanting(5).leader(-1).decide().phase()).isEqualTo(Phase.HELD);
    }

    static List<Move> moves(ScaleDecision decision) {
        return decision.steps().stream()
                .filter(StartMoves.class::isInstance)
                .map(StartMoves.class::cast)
                .flatMap(step -> step.moves().stream())
                .toList();
    }
}
