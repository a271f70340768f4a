package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.plan.BrokerClusterAction.Ensure;
import io.millrace.operator.plan.BrokerClusterAction.IssueSecrets;
import io.millrace.operator.plan.BrokerClusterAction.RestartPods;
import io.millrace.operator.plan.BrokerClusterPlanner.ClusterPlan;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.scale.ControllerState;
import io.millrace.operator.scale.ScaleDecision.Phase;
import io.millrace.operator.scale.ScaleFacts;
import io.millrace.operator.scale.TopicWishes;
import io.millrace.operator.status.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How the size fits in with everything else that is done about a cluster. */
class ScaledClusterTest {

    private static final Set<Integer> THREE = Set.of(0, 1, 2);

    @Test
    void newBrokersAreMadeOnceTheirCertificatesAreThere() {
        var plan = plan(4, false, Optional.of(facts(THREE, THREE)));

        assertThat(plan.plan().actions())
                .filteredOn(IssueSecrets.class::isInstance)
                .singleElement()
                .extracting(action -> ((IssueSecrets) action).intent().replicas())
                .isEqualTo(4);
        assertThat(sizes(plan)).isEmpty();
        assertThat(plan.plan().standing().reason()).isEqualTo(Reason.SCALING);
        assertThat(plan.plan().standing().ready()).isTrue();
    }

    @Test
    void noPodIsRestartedOnTheWay() {
        var plan = plan(4, true, Optional.of(facts(THREE, THREE)));

        assertThat(plan.roll()).isInstanceOf(Verdict.Blocked.class).asString().contains("is being scaled");
        assertThat(plan.plan().actions()).noneMatch(RestartPods.class::isInstance);
    }

    @Test
    void podsAreRestartedWhenTheClusterHasItsSize() {
        var plan = plan(3, true, Optional.empty());

        assertThat(plan.plan().actions()).hasAtLeastOneElementOfType(RestartPods.class);
        assertThat(sizes(plan)).containsExactly(3);
    }

    @Test
    void aClusterKeepsItsSizeWhileTheBrokersSayNothing() {
        var plan = plan(1, false, Optional.empty());

        assertThat(plan.scale().phase()).isEqualTo(Phase.HELD);
        assertThat(sizes(plan)).containsExactly(3);
        assertThat(plan.plan().nextLook()).isPresent();
    }

    @Test
    void onlyTheControllersThatVoteHaveToBeReadyMeanwhile() {
        var founder = facts(THREE, Set.of(0));
        var joining = new BrokerPodFacts(2, "orders-broker-2", "v", false, false, false);
        var pods = List.of(pod(0, false), pod(1, false), joining);

        assertThat(plan(3, pods, Optional.of(founder)).plan().standing().ready())
                .isTrue();
        assertThat(plan(3, pods, Optional.of(facts(THREE, THREE)))
                        .plan()
                        .standing()
                        .ready())
                .isFalse();
    }

    private static List<Integer> sizes(ClusterPlan plan) {
        return plan.plan().actions().stream()
                .filter(Ensure.class::isInstance)
                .map(action -> ((Ensure) action).object())
                .filter(StatefulSet.class::isInstance)
                .map(set -> ((StatefulSet) set).getSpec().getReplicas())
                .toList();
    }

    private static ClusterPlan plan(int wanted, boolean outdated, Optional<ScaleFacts> scale) {
        var pods = IntStream.range(0, 3).mapToObj(node -> pod(node, outdated)).toList();
        return plan(wanted, pods, scale);
    }

    /** Of a cluster of three that is well. */
    private static ClusterPlan plan(int wanted, List<BrokerPodFacts> pods, Optional<ScaleFacts> scale) {
        var observed = ObservedScene.of(pods).scaling(scale).observed();
        return BrokerClusterPlanner.plan(
                Specs.orders("replicas: %d\nstorage: {size: 1Gi}\n".formatted(wanted)), observed);
    }

    private static BrokerPodFacts pod(int node, boolean outdated) {
        return new BrokerPodFacts(node, "orders-broker-" + node, "v", true, outdated, false);
    }

    private static ScaleFacts facts(Set<Integer> brokers, Set<Integer> voters) {
        return new ScaleFacts(
                0,
                voters.stream()
                        .map(node -> new ControllerState(node, "d" + node, 0))
                        .toList(),
                brokers.stream()
                        .filter(node -> !voters.contains(node))
                        .map(node -> new ControllerState(node, "d" + node, 0))
                        .toList(),
                brokers,
                brokers,
                Set.of(),
                Map.of(),
                List.of(),
                2,
                Map.of(),
                Set.of(),
                TopicWishes.NONE,
                Optional.of(List.of()));
    }
}
