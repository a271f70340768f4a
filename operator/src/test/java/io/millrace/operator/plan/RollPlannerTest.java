package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.AllowUnavailable;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RollPlannerTest {

    private static final Map<Integer, Long> CAUGHT_UP = Map.of(0, 0L, 1, 10L, 2, 10L);

    @Test
    void nothingIsRestartedWhenNothingIsOutdated() {
        var pods = List.of(pod(0, true, false), pod(1, false, false), pod(2, true, false));

        assertThat(decide(pods, healthy())).isInstanceOf(Verdict.Done.class);
    }

    @Test
    void controllersLeaderIsRestartedLast() {
        var all = List.of(pod(0, true, true), pod(1, true, true), pod(2, true, true));
        var last = List.of(pod(0, true, true), pod(1, true, false), pod(2, true, false));

        assertThat(decide(all, healthy())).isEqualTo(new Verdict.Restart(all.get(1), "its settings are outdated"));
        assertThat(decide(last, healthy())).isInstanceOf(Verdict.Restart.class);
    }

    @Test
    void onePodAtATime() {
        var pods = List.of(pod(0, true, true), pod(1, false, false), pod(2, true, true));

        assertThat(decide(pods, healthy())).isEqualTo(new Verdict.Wait("p-1 to become ready"));
    }

    @Test
    void terminatingPodIsWaitedFor() {
        var leaving = new BrokerPodFacts(1, "p-1", "v1", true, true, true);

        assertThat(decide(List.of(pod(0, true, true), leaving, pod(2, true, true)), healthy()))
                .isEqualTo(new Verdict.Wait("p-1 to end"));
    }

    @Test
    void stuckPodWithOldSettingsIsRestartedWithoutFacts() {
        var stuck = pod(1, false, true);
        var pods = List.of(pod(0, true, true), stuck, pod(2, true, true));

        assertThat(RollPlanner.decide(pods, 3, Optional.empty(), AllowUnavailable.Never, false))
                .isEqualTo(new Verdict.Restart(stuck, "it is not ready and its settings are outdated"));
    }

    @Test
    void lastPodOfARollIsWaitedFor() {
        var pods = List.of(pod(0, true, false), pod(1, false, false), pod(2, true, false));

        assertThat(RollPlanner.decide(pods, 3, Optional.of(healthy()), AllowUnavailable.Never, true))
                .isEqualTo(new Verdict.Wait("p-1 to become ready"));
    }

    @Test
    void lastPodOfARollIsWaitedForWhileThereIsNone() {
        var pods = List.of(pod(0, true, false), pod(2, true, false));

        assertThat(RollPlanner.decide(pods, 3, Optional.of(healthy()), AllowUnavailable.Never, true))
                .isEqualTo(new Verdict.Wait("1 of 3 pods to be made"));
    }

    @Test
    void silentBrokersBlockARestart() {
        var pods = List.of(pod(0, true, true), pod(1, true, true), pod(2, true, true));

        assertThat(RollPlanner.decide(pods, 3, Optional.empty(), AllowUnavailable.Never, false))
                .isInstanceOf(Verdict.Blocked.class);
    }

    @Test
    void replicaOutOfSyncBlocksEveryRestart() {
        var pods = List.of(pod(0, true, true), pod(1, true, true), pod(2, true, true));
        var facts = facts(CAUGHT_UP, new PartitionFacts("t", 7, Set.of(0, 1, 2), Set.of(0, 1), 2));

        assertThat(decide(pods, facts))
                .isEqualTo(new Verdict.Blocked("1 partitions have replicas out of sync, t-7 first"));
    }

    @Test
    void controllerBehindBlocksTheOthers() {
        var pods = List.of(pod(0, true, true), pod(1, true, true), pod(2, true, true));
        var facts = facts(Map.of(0, 0L, 1, 60_000L, 2, 10L));

        // Only node 1 may go: without any other, two of three would not be caught up.
        assertThat(decide(pods, facts)).isEqualTo(new Verdict.Restart(pods.get(1), "its settings are outdated"));
        assertThat(decide(List.of(pod(0, true, false), pod(1, true, false), pod(2, true, true)), facts))
                .isInstanceOf(Verdict.Blocked.class);
    }

    @Test
    void singleReplicaNeedsConsent() {
        var pods = List.of(pod(0, true, false), pod(1, true, true), pod(2, true, false));
        var facts = facts(CAUGHT_UP, new PartitionFacts("t", 0, Set.of(1), Set.of(1), 1));

        assertThat(RollPlanner.decide(pods, 3, Optional.of(facts), AllowUnavailable.Never, false))
                .isInstanceOf(Verdict.Blocked.class);
        assertThat(RollPlanner.decide(pods, 3, Optional.of(facts), AllowUnavailable.SingleReplica, false))
                .isInstanceOf(Verdict.Restart.class);
    }

    @Test
    void minimumInSyncIsKept() {
        var pods = List.of(pod(0, true, false), pod(1, true, true), pod(2, true, false));
        var tight = facts(CAUGHT_UP, new PartitionFacts("t", 0, Set.of(0, 1), Set.of(0, 1), 2));

        assertThat(RollPlanner.decide(pods, 3, Optional.of(tight), AllowUnavailable.SingleReplica, false))
                .isInstanceOf(Verdict.Blocked.class);
        assertThat(RollPlanner.decide(pods, 3, Optional.of(tight), AllowUnavailable.Always, false))
                .isInstanceOf(Verdict.Restart.class);
    }

    @Test
    void topicWithoutDataIsLeftOutByName() {
        var pods = List.of(pod(0, true, false), pod(1, true, true), pod(2, true, false));
        var facts = facts(CAUGHT_UP, new PartitionFacts("amqp.kick", 0, Set.of(1), Set.of(1), 1));

        assertThat(decide(pods, facts)).isInstanceOf(Verdict.Restart.class);
    }

    @Test
    void movingPartitionsBlock() {
        var pods = List.of(pod(0, true, true), pod(1, true, true), pod(2, true, true));
        var facts = new ClusterFacts("c", Set.of(0, 1, 2), new QuorumFacts(0, CAUGHT_UP), List.of(), true, 2);

        assertThat(decide(pods, facts)).isEqualTo(new Verdict.Blocked("partitions are being moved"));
    }

    private static Verdict decide(List<BrokerPodFacts> pods, ClusterFacts facts) {
        return RollPlanner.decide(pods, 3, Optional.of(facts), AllowUnavailable.Never, false);
    }

    private static ClusterFacts healthy() {
        return facts(CAUGHT_UP, new PartitionFacts("t", 0, Set.of(0, 1, 2), Set.of(0, 1, 2), 2));
    }

    private static ClusterFacts facts(Map<Integer, Long> lag, PartitionFacts... partitions) {
        return new ClusterFacts(
                "c", Set.of(0, 1, 2), new QuorumFacts(0, lag), new ArrayList<>(List.of(partitions)), false, 2);
    }

    private static BrokerPodFacts pod(int node, boolean ready, boolean outdated) {
        return new BrokerPodFacts(node, "p-" + node, "v1", ready, outdated, false);
    }
}
