package io.millrace.operator.scale;

import static io.millrace.operator.scale.Scenes.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operator.scale.ScaleDecision.Phase;
import io.millrace.operator.scale.ScaleStep.AddVoter;
import io.millrace.operator.scale.ScaleStep.RemoveVoter;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Votes of controllers that are no brokers. */
class DedicatedVotesTest {

    private static final Set<Integer> ONE = Set.of(1000);
    private static final Set<Integer> THREE = Set.of(1000, 1001, 1002);

    @Test
    void thoseThatVoteAsAskedAreLeftAlone() {
        var decision = cluster(3).dedicated(THREE, 1000, 1001, 1002).decide();

        assertThat(decision.phase()).isEqualTo(Phase.SETTLED);
        assertThat(decision.steps()).isEmpty();
    }

    @Test
    void brokersThatComeGetNoVote() {
        var decision = cluster(3)
                .dedicated(ONE, 1000)
                .follows(0, 10)
                .follows(1, 10)
                .follows(2, 10)
                .decide();

        assertThat(decision.phase()).isEqualTo(Phase.SETTLED);
    }

    @Test
    void moreOfThemGetTheirVotesOneAfterTheOtherOnceTheyHaveCaughtUp() {
        var grown = cluster(3).dedicated(THREE, 1000).follows(1001, 60_000).follows(1002, 10);
        assertThat(grown.decide().steps()).isEmpty();
        assertThat(grown.decide().message()).isEqualTo("waiting for controller 1001 to catch up with the others");

        grown.follows(1001, 10);
        assertThat(grown.decide().steps()).containsExactly(new AddVoter(1001, "disk-1001"));
        assertThat(grown.votes(1001).decide().steps()).containsExactly(new AddVoter(1002, "disk-1002"));
    }

    @Test
    void fewerOfThemLoseTheirVotesOneAfterTheOtherTheLeaderLast() {
        var shrunk = cluster(3).dedicated(ONE, 1002, 1001, 1000);

        assertThat(shrunk.decide().steps()).containsExactly(new RemoveVoter(1001, "disk-1001"));
        assertThat(shrunk.withoutVote(1001).decide().steps()).containsExactly(new RemoveVoter(1002, "disk-1002"));
    }

    @Test
    void noVoteIsTakenWhileThoseThatStayAreNoMajority() {
        var decision =
                cluster(3).dedicated(ONE, 1002, 1001, 1000).votes(1000, 60_000).decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.message()).contains("before controller 1001 loses its vote");
    }

    @Test
    void oneThatIsBeingRestartedAndHasNoPodKeepsItsVote() {
        var decision = cluster(3)
                .dedicated(THREE, 1000, 1001, 1002)
                .votes(1001, 60_000)
                .leaves(1001)
                .decide();

        assertThat(decision.steps()).isEmpty();
    }

    @Test
    void oneWhoseDiskWasLostIsReplaced() {
        var lost = cluster(3).dedicated(THREE, 1000, 1001, 1002).votes(1001, -1).follows(1001, "new-disk", 10);

        assertThat(lost.decide().steps()).containsExactly(new RemoveVoter(1001, "disk-1001"));
        assertThat(lost.withoutVote(1001).decide().steps()).containsExactly(new AddVoter(1001, "new-disk"));
    }

    @Test
    void nothingIsMovedWhileOneIsBeingRestarted() {
        var decision = cluster(4)
                .dedicated(THREE, 1000, 1001, 1002)
                .wanting(3)
                .topic("t", 6)
                .restarts(1001)
                .decide();

        assertThat(decision.phase()).isEqualTo(Phase.HELD);
        assertThat(decision.message()).isEqualTo("waiting for pods of nodes [1001]");
    }
}
