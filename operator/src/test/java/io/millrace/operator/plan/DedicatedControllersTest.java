package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.millrace.operator.desired.Identity;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.plan.BrokerClusterAction.Ensure;
import io.millrace.operator.plan.BrokerClusterAction.Scale;
import io.millrace.operator.plan.BrokerClusterPlanner.ClusterPlan;
import io.millrace.operator.plan.ObservedScene.Dedicated;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.scale.ScaleStep;
import io.millrace.operator.status.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Controllers in pods of their own, and how they fit in with everything else that is done about a cluster. */
class DedicatedControllersTest {

    private static final Optional<Integer> NO_SET = Optional.empty();

    /** How many are asked for, how many the StatefulSet has, who votes, whose disks are there; how many there are to be. */
    static Stream<Arguments> table() {
        return Stream.of(
                Arguments.of("the first ones", 3, NO_SET, List.of(), List.of(), 3),
                Arguments.of("as asked", 3, Optional.of(3), List.of(1000, 1001, 1002), List.of(), 3),
                Arguments.of("pods come before votes", 3, Optional.of(1), List.of(1000), List.of(), 3),
                Arguments.of("votes go before pods", 1, Optional.of(3), List.of(1000, 1001), List.of(), 3),
                Arguments.of("then pods go", 1, Optional.of(3), List.of(1000), List.of(), 1),
                Arguments.of("brokers that are silent tell of no votes", 1, Optional.of(3), List.of(), List.of(), 3),
                Arguments.of("nobody of kept disks is forgotten", 1, NO_SET, List.of(), List.of(1000, 1002), 3),
                Arguments.of("disks of brokers do not count", 1, NO_SET, List.of(), List.of(0, 1, 2), 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void podsComeBeforeVotesAndGoAfterThem(
            String name, int asked, Optional<Integer> has, List<Integer> voters, List<Integer> disks, int expected) {
        var scene = scene(List.of(), new Dedicated(has, identity(1000), disks(disks), false), voters);

        assertThat(DedicatedControllers.number(Specs.orders(spec(asked)), scene.observed()))
                .isEqualTo(expected);
    }

    @Test
    void aClusterWithoutThemHasNone() {
        var combined = Specs.orders("{replicas: 3, storage: {size: 1Gi}}");
        var observed = ObservedScene.of(List.of()).observed();

        assertThat(DedicatedControllers.number(combined, observed)).isZero();
        assertThat(sets(BrokerClusterPlanner.plan(combined, observed))).containsExactly(Map.entry("orders-broker", 3));
    }

    @Test
    void theyAreMadeWithTheBrokersAndBeforeThem() {
        var plan = plan(3, scene(List.of(), NO_SET, List.of()));

        assertThat(sets(plan)).containsExactly(Map.entry("orders-controller", 3), Map.entry("orders-broker", 3));
        assertThat(ensured(plan))
                .extracting(
                        object -> object.getKind() + " " + object.getMetadata().getName())
                .contains("PodDisruptionBudget orders-controller", "NetworkPolicy orders-controller");
    }

    @Test
    void oneThatIsNewWaitsForItsCertificateAndTheOthersDoNot() {
        var plan = plan(3, scene(pods(3, 1), Optional.of(1), List.of(1000)));

        assertThat(sets(plan)).containsExactly(Map.entry("orders-broker", 3));
    }

    @Test
    void theBrokersAreAskedOnceMoreBeforeTheirPodsGo() {
        var plan = plan(1, scene(pods(3, 3), Optional.of(3), List.of(1000)));

        assertThat(plan.plan().actions())
                .filteredOn(Scale.class::isInstance)
                .singleElement()
                .extracting(action -> ((Scale) action).step())
                .isEqualTo(new ScaleStep.VerifyEmpty(Set.of(1001, 1002)));
        assertThat(sets(plan)).contains(Map.entry("orders-controller", 1));
    }

    @Test
    void aClusterIsReadyWhenTheyAreToo() {
        var all = scene(pods(3, 3), Optional.of(3), List.of(1000, 1001, 1002));
        assertThat(plan(3, all).plan().standing().message())
                .isEqualTo("3 of 3 brokers and 3 of 3 controllers are ready");
        assertThat(plan(3, all).plan().standing().ready()).isTrue();

        var one = scene(pods(3, 2), Optional.of(3), List.of(1000, 1001, 1002));
        assertThat(plan(3, one).plan().standing().ready()).isFalse();
        assertThat(plan(3, one).plan().standing().reason()).isEqualTo(Reason.BROKERS_MISSING);
        assertThat(plan(3, one).plan().standing().message()).contains("see pod orders-controller-2");
    }

    @Test
    void aRollThatHasOneOfThreeAwayLeavesTheClusterReadyAndOneWithoutAMajorityDoesNot() {
        var away = new ArrayList<>(pods(3, 2));
        away.add(pod(1002, false, false));
        assertThat(plan(3, rolling(away)).plan().standing())
                .matches(standing -> standing.ready() && standing.reason() == Reason.ROLLING);

        away.set(4, pod(1001, false, false));
        assertThat(plan(3, rolling(away)).plan().standing().ready()).isFalse();
    }

    @Test
    void theirPodsAreRestartedAfterTheBrokersTheLeaderLast() {
        var voters = List.of(1000, 1001, 1002);
        var pods = new ArrayList<>(pods(3, 0));
        IntStream.of(1000, 1001, 1002).forEach(node -> pods.add(pod(node, true, true)));

        assertThat(plan(3, scene(pods, Optional.of(3), voters)).roll())
                .isInstanceOfSatisfying(Verdict.Restart.class, batch -> assertThat(batch.pods())
                        .extracting(BrokerPodFacts::node)
                        .containsExactly(1001));
    }

    @Test
    void keptDisksAreTakenUpOnlyByAClusterThatHasItsControllersWhereTheyWere() {
        var withThem = Specs.orders(spec(3));
        var without = Specs.orders("{replicas: 3, storage: {size: 1Gi}}");

        assertThat(DedicatedControllers.mismatch(withThem, identity(1000))).isEmpty();
        assertThat(DedicatedControllers.mismatch(without, identity(0))).isEmpty();
        assertThat(DedicatedControllers.mismatch(without, new Identity("id", Map.of(), true)))
                .isEmpty();
        assertThat(DedicatedControllers.mismatch(without, identity(1000)).orElseThrow())
                .contains("a cluster with dedicated controllers", "again with spec.controllers", "orders-quorum");
        assertThat(DedicatedControllers.mismatch(withThem, identity(0)).orElseThrow())
                .contains("a cluster without dedicated controllers");
        var refused = BrokerClusterPlanner.plan(
                without, scene(List.of(), NO_SET, List.of()).observed());
        assertThat(refused.plan().actions()).isEmpty();
        assertThat(refused.plan().standing().reason()).isEqualTo(Reason.INVALID_SPEC);
    }

    private static Identity identity(int controller) {
        return new Identity("id", Map.of(controller, "directory"), true);
    }

    private static String spec(int controllers) {
        return "{replicas: 3, storage: {size: 1Gi}, controllers: {replicas: %d, storage: {size: 1Gi}}}"
                .formatted(controllers);
    }

    private static ClusterPlan plan(int controllers, ObservedScene scene) {
        return BrokerClusterPlanner.plan(Specs.orders(spec(controllers)), scene.observed());
    }

    private static ObservedScene rolling(List<BrokerPodFacts> pods) {
        return scene(pods, new Dedicated(Optional.of(3), identity(1000), List.of(), true), List.of(1000, 1001, 1002));
    }

    private static ObservedScene scene(List<BrokerPodFacts> pods, Optional<Integer> set, List<Integer> voters) {
        return scene(pods, new Dedicated(set, identity(1000), List.of(), false), voters);
    }

    /** Nobody leads where nobody votes. */
    private static ObservedScene scene(List<BrokerPodFacts> pods, Dedicated dedicated, List<Integer> voters) {
        var lag = new HashMap<Integer, Long>();
        voters.forEach(node -> lag.put(node, 10L));
        var leader = voters.isEmpty() ? -1 : voters.getFirst();
        var facts = new ClusterFacts("id", Set.of(0, 1, 2), new QuorumFacts(leader, lag), List.of(), false, 2);
        return ObservedScene.of(pods).controlledBy(dedicated, facts);
    }

    private static List<BrokerPodFacts> pods(int brokers, int controllers) {
        return IntStream.concat(IntStream.range(0, brokers), IntStream.range(1000, 1000 + controllers))
                .mapToObj(node -> pod(node, true, false))
                .toList();
    }

    private static BrokerPodFacts pod(int node, boolean ready, boolean outdated) {
        return new BrokerPodFacts(node, "pod-" + node, "v", ready, outdated, false);
    }

    private static List<HasMetadata> disks(List<Integer> nodes) {
        return nodes.stream()
                .<HasMetadata>map(node -> new PersistentVolumeClaimBuilder()
                        .withNewMetadata()
                        .withName("data-" + Specs.orders(spec(5)).pod(node))
                        .addToAnnotations(BrokerClusterPlanner.CLUSTER_ID, "id")
                        .endMetadata()
                        .build())
                .toList();
    }

    private static List<HasMetadata> ensured(ClusterPlan plan) {
        return plan.plan().actions().stream()
                .filter(Ensure.class::isInstance)
                .map(action -> ((Ensure) action).object())
                .toList();
    }

    private static List<Map.Entry<String, Integer>> sets(ClusterPlan plan) {
        return ensured(plan).stream()
                .filter(StatefulSet.class::isInstance)
                .map(StatefulSet.class::cast)
                .map(set -> Map.entry(set.getMetadata().getName(), set.getSpec().getReplicas()))
                .toList();
    }
}
