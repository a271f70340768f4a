package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.RebalanceMode;
import io.millrace.operator.intent.TopicIntent;
import io.millrace.operator.status.Reason;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopicPlannerTest {

    private static final ClusterOutlook CLUSTER =
            new ClusterOutlook("orders", 3, true, RebalanceMode.Auto, Optional.empty(), "");

    private final TopicIntent intent = new TopicIntent("t", 3, Optional.of(3), Map.of("retention.ms", "5"), Set.of());

    @Test
    void missingTopicIsCreated() {
        var plan = TopicPlanner.plan(intent, Optional.empty(), false, CLUSTER);

        assertThat(plan.actions())
                .containsExactly(new TopicAction.Create("t", 3, Optional.of(3), Map.of("retention.ms", "5")));
    }

    @Test
    void topicThatWasNeverSeenIsMadeWithoutALook() {
        assertThat(TopicPlanner.makeUnseen(intent, false, false))
                .contains(new TopicAction.Create("t", 3, Optional.of(3), Map.of("retention.ms", "5")));
    }

    @Test
    void topicThatWasSeenOrIsOnlyObservedIsLookedAtFirst() {
        assertThat(TopicPlanner.makeUnseen(intent, true, false)).isEmpty();
        assertThat(TopicPlanner.makeUnseen(intent, false, true)).isEmpty();
    }

    @Test
    void topicAsAskedIsLeftAlone() {
        var plan = TopicPlanner.plan(intent, facts(3, 3, Map.of("retention.ms", "5")), false, CLUSTER);

        assertThat(plan.actions()).isEmpty();
        assertThat(plan.standing().ready()).isTrue();
        assertThat(plan.nextLook()).isEmpty();
    }

    @Test
    void fewerPartitionsAndOtherSettingsAreMended() {
        var plan =
                TopicPlanner.plan(intent, facts(1, 3, Map.of("retention.ms", "9", "segment.ms", "1")), false, CLUSTER);

        assertThat(plan.actions())
                .containsExactly(
                        new TopicAction.Grow("t", 3),
                        new TopicAction.Configure("t", Map.of("retention.ms", "5"), Set.of("segment.ms")));
    }

    @Test
    void whatKafkaKeepsByItselfIsNotRemoved() {
        var plan = TopicPlanner.plan(
                intent, facts(3, 3, Map.of("retention.ms", "5", "min.insync.replicas", "2")), false, CLUSTER);

        assertThat(plan.actions()).isEmpty();
    }

    @Test
    void morePartitionsThanAskedIsForbiddenToMend() {
        var plan = TopicPlanner.plan(intent, facts(4, 3, Map.of()), false, CLUSTER);

        assertThat(plan.actions()).isEmpty();
        assertThat(plan.standing().reason()).isEqualTo(Reason.FORBIDDEN_CHANGE);
    }

    @Test
    void observerSaysWhatDiffersAndDoesNothing() {
        assertThat(TopicPlanner.plan(intent, Optional.empty(), true, CLUSTER)
                        .standing()
                        .reason())
                .isEqualTo(Reason.NOT_THERE);
        var differs = TopicPlanner.plan(intent, facts(3, 3, Map.of()), true, CLUSTER);
        assertThat(differs.actions()).isEmpty();
        assertThat(differs.standing().reason()).isEqualTo(Reason.DIFFERS);
    }

    @Test
    void observerSaysThatReplicasDiffer() {
        var plan = TopicPlanner.plan(intent, facts(3, 1, Map.of("retention.ms", "5")), true, CLUSTER);

        assertThat(plan.standing().reason()).isEqualTo(Reason.DIFFERS);
        assertThat(plan.standing().message()).endsWith("would need to have 3 replicas and not 1");
    }

    @Test
    void otherReplicasAreWaitedForAndAllElseIsDone() {
        var plan = TopicPlanner.plan(intent, facts(3, 1, Map.of()), false, CLUSTER);

        assertThat(plan.actions())
                .containsExactly(new TopicAction.Configure("t", Map.of("retention.ms", "5"), Set.of()));
        assertThat(plan.standing().reason()).isEqualTo(Reason.REPLICATING);
        assertThat(plan.nextLook()).isPresent();
    }

    @Test
    void moreIsPromisedOnceThereIsMore() {
        var asking = new TopicIntent("t", 3, Optional.of(3), Map.of("min.insync.replicas", "2"), Set.of());

        assertThat(TopicPlanner.plan(asking, facts(3, 1, Map.of()), false, CLUSTER)
                        .actions())
                .isEmpty();
        assertThat(TopicPlanner.plan(asking, facts(3, 3, Map.of()), false, CLUSTER)
                        .actions())
                .hasSize(1);
    }

    @Test
    void lessIsPromisedBeforeThereIsLess() {
        var asking = new TopicIntent("t", 3, Optional.of(1), Map.of("min.insync.replicas", "1"), Set.of());

        assertThat(TopicPlanner.plan(asking, facts(3, 3, Map.of("min.insync.replicas", "2")), false, CLUSTER)
                        .actions())
                .hasSize(1);
    }

    private static Optional<TopicFacts> facts(int partitions, int replicas, Map<String, String> config) {
        return Optional.of(new TopicFacts("id", partitions, Map.of(replicas, partitions), 0, config));
    }
}
