package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.millrace.api.v1alpha1.FeatureChange;
import io.millrace.api.v1alpha1.UpgradeState;
import io.millrace.api.v1alpha1.UpgradeStatus;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.intent.FeatureLevels;
import io.millrace.operator.plan.BrokerClusterAction.Ensure;
import io.millrace.operator.plan.BrokerClusterAction.FinaliseFeatures;
import io.millrace.operator.plan.BrokerClusterAction.RestartPods;
import io.millrace.operator.plan.BrokerClusterPlanner.ClusterPlan;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.LogState;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.status.Reason;
import io.millrace.operator.upgrade.UpgradeFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How versions and feature levels fit in with everything else that is done about a cluster. */
class UpgradedClusterTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final String OLD = "broker:0";
    private static final String NEW = "broker:1";
    private static final List<FeatureChange> TO_4_3 = List.of(new FeatureChange("metadata.version", 29, 30));
    private static final String BROKEN = "ErrImagePull: not found";

    @Test
    void aClusterThatIsWellHasItsLevelsMadeFinal() {
        var plan = plan("4.3.1", wellPods(), "4.2-IV1", NEW, true);

        assertThat(plan.plan().actions())
                .filteredOn(FinaliseFeatures.class::isInstance)
                .containsExactly(new FinaliseFeatures("4.3.1", TO_4_3));
        assertThat(plan.plan().standing().ready()).isTrue();
        assertThat(plan.plan().nextLook()).isPresent();
    }

    @Test
    void oneWithAReplicaOutOfSyncHasNot() {
        var plan = plan("4.3.1", wellPods(), "4.2-IV1", NEW, false);

        assertThat(plan.plan().actions()).noneMatch(FinaliseFeatures.class::isInstance);
        assertThat(plan.upgrade().status().orElseThrow().message()).contains("t-0 has replicas out of sync");
        assertThat(plan.plan().nextLook()).isPresent();
    }

    @Test
    void oneThatRollsHasNot() {
        var pods = List.of(pod(0, true, false), pod(1, true, true), pod(2, true, true));
        var plan = plan("4.3.1", pods, "4.2-IV1", NEW, true);

        assertThat(plan.plan().actions())
                .hasAtLeastOneElementOfType(RestartPods.class)
                .noneMatch(FinaliseFeatures.class::isInstance);
        assertThat(plan.upgrade().status().orElseThrow().state()).isEqualTo(UpgradeState.Waiting);
    }

    @Test
    void aVersionIsTakenBackBeforeLevelsAreFinal() {
        var plan = plan("4.2.1", wellPods(), "4.2-IV1", NEW, true);

        assertThat(image(plan)).isEqualTo(OLD);
        assertThat(plan.upgrade().refusal()).isEmpty();
    }

    @Test
    void afterwardsBrokersGoOnWithWhatTheyRun() {
        var plan = plan("4.2.1", wellPods(), "4.3-IV0", NEW, true);

        assertThat(image(plan)).isEqualTo(NEW);
        assertThat(plan.plan().actions()).noneMatch(RestartPods.class::isInstance);
        assertThat(plan.upgrade().refusal()).contains(Reason.DOWNGRADE_REFUSED);
        assertThat(plan.plan().standing().ready()).isTrue();
        assertThat(plan.plan().standing().reason()).isEqualTo(Reason.DOWNGRADE_REFUSED);
        assertThat(plan.plan().standing().message()).contains("is final at 4.3-IV0", "Set spec.version");
    }

    /** Rule C9: the first pod that does not start with the new image halts the roll. */
    @Test
    void anImageThatDoesNotStartTouchesOnePod() {
        var plan = plan("4.3.1", List.of(broken(false), pod(1, true, true), pod(2, true, true)), "4.2-IV1", NEW, true);

        assertThat(plan.plan().actions()).noneMatch(RestartPods.class::isInstance);
        var standing = plan.plan().standing();
        assertThat(standing.ready()).as("two of three serve").isTrue();
        assertThat(standing.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(standing.degraded()).isNotNull().satisfies(warning -> {
            assertThat(warning.reason()).isEqualTo(Reason.BLOCKED);
            assertThat(warning.message()).contains("2 of 3", "orders-broker-0 does not start", BROKEN);
        });
    }

    @Test
    void takenBackItIsThatPodAloneThatIsMadeAnew() {
        var pods = List.of(broken(true), pod(1, true, false), pod(2, true, false));
        var plan = plan("4.2.1", pods, "4.2-IV1", NEW, true);

        assertThat(plan.roll()).isInstanceOfSatisfying(Verdict.Restart.class, batch -> assertThat(batch.pods())
                .extracting(BrokerPodFacts::node)
                .containsExactly(0));
    }

    private static List<BrokerPodFacts> wellPods() {
        return List.of(pod(0, true, false), pod(1, true, false), pod(2, true, false));
    }

    private static BrokerPodFacts pod(int node, boolean ready, boolean outdated) {
        return new BrokerPodFacts(node, "orders-broker-" + node, "v", ready, outdated, false);
    }

    private static BrokerPodFacts broken(boolean outdated) {
        return new BrokerPodFacts(
                0, "orders-broker-0", "v", false, outdated, false, LogState.DOWN, "the image has changed", BROKEN);
    }

    private static String image(ClusterPlan plan) {
        return plan.plan().actions().stream()
                .filter(Ensure.class::isInstance)
                .map(action -> ((Ensure) action).object())
                .filter(StatefulSet.class::isInstance)
                .map(set -> ((StatefulSet) set).getSpec().getTemplate().getSpec())
                .map(pod -> pod.getInitContainers().getFirst().getImage())
                .findFirst()
                .orElseThrow();
    }

    /** Of three brokers whose StatefulSet has an image, and whose new levels are announced and due. */
    private static ClusterPlan plan(
            String version, List<BrokerPodFacts> pods, String levels, String image, boolean inSync) {
        var running = pods.stream().map(pod -> pod.outdated() ? OLD : image).collect(Collectors.toSet());
        var told = new UpgradeStatus(
                UpgradeState.Finalising,
                version,
                "4.3-IV0",
                TO_4_3,
                NOW.minus(Duration.ofHours(2)).toString(),
                NOW.toString(),
                null);
        var upgrade = new UpgradeFacts(
                NOW,
                Optional.of(image),
                running,
                FeatureLevels.of(levels).map(FeatureLevels::levels),
                Optional.empty(),
                Optional.of(told),
                Optional.of(levels));
        var observed = ObservedScene.of(pods).upgrading(upgrade, facts(inSync)).observed();
        return BrokerClusterPlanner.plan(
                Specs.orders("replicas: 3\nstorage: {size: 1Gi}\nversion: %s\n".formatted(version)), observed);
    }

    private static ClusterFacts facts(boolean inSync) {
        var all = Set.of(0, 1, 2);
        var partition = new PartitionFacts("t", 0, all, inSync ? all : Set.of(0, 1), 2);
        var quorum = new QuorumFacts(0, Map.of(0, 0L, 1, 10L, 2, 10L));
        return new ClusterFacts("id", all, quorum, List.of(partition), false, 2);
    }
}
