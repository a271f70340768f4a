package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.plan.BrokerClusterAction.Ensure;
import io.millrace.operator.plan.BrokerClusterAction.GrowDisk;
import io.millrace.operator.plan.BrokerClusterAction.ReleasePods;
import io.millrace.operator.plan.BrokerClusterAction.RestartPods;
import io.millrace.operator.plan.BrokerClusterPlanner.ClusterPlan;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.status.Reason;
import io.millrace.operator.storage.DiskFacts;
import io.millrace.operator.storage.DiskFacts.Expansion;
import io.millrace.operator.storage.DiskSize;
import io.millrace.operator.storage.StorageFacts;
import io.millrace.operator.storage.StorageFacts.SetFacts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How disks that grow fit in with everything else that is done about a cluster. */
class GrownClusterTest {

    private static final SetFacts SMALL = new SetFacts("uid", new DiskSize("1Gi"), false);
    private static final SetFacts GOING = new SetFacts("uid", new DiskSize("1Gi"), true);
    private static final SetFacts LARGE = new SetFacts("another", new DiskSize("2Gi"), false);

    @Test
    void theStatefulSetIsWrittenWithTheSizeItHasWhileDisksGrow() {
        var plan = plan(Optional.of(SMALL), "1Gi", pods(3, false));

        assertThat(plan.plan().actions()).filteredOn(GrowDisk.class::isInstance).hasSize(3);
        assertThat(written(plan)).containsExactly("1Gi");
        assertThat(plan.plan().standing().ready()).isTrue();
        assertThat(plan.plan().standing().reason()).isEqualTo(Reason.GROWING);
        assertThat(plan.plan().nextLook()).isPresent();
    }

    @Test
    void itIsNotWrittenWhileItGoesAndThenWithTheNewSize() {
        assertThat(written(plan(Optional.of(SMALL), "2Gi", pods(3, false)))).isEmpty();
        assertThat(written(plan(Optional.of(GOING), "2Gi", pods(3, false)))).isEmpty();
        assertThat(written(plan(Optional.empty(), "2Gi", pods(3, false)))).containsExactly("2Gi");
        assertThat(written(plan(Optional.of(LARGE), "2Gi", pods(3, false)))).containsExactly("2Gi");
    }

    @Test
    void nobodyIsRestartedWhoWouldNotBeMadeAgain() {
        for (var set : List.of(SMALL, GOING)) {
            var plan = plan(Optional.of(set), "2Gi", pods(3, true));

            assertThat(plan.plan().actions()).noneMatch(RestartPods.class::isInstance);
            assertThat(plan.roll()).isInstanceOf(Verdict.Wait.class);
        }
        assertThat(plan(Optional.of(LARGE), "2Gi", pods(3, true)).plan().actions())
                .hasAtLeastOneElementOfType(RestartPods.class);
    }

    @Test
    void aBrokerThatLeavesIsNotMadeAgain() {
        assertThat(plan(Optional.of(SMALL), "2Gi", pods(3, false)).plan().actions())
                .contains(new ReleasePods(SMALL, new DiskSize("2Gi")));
        assertThat(plan(Optional.of(SMALL), "2Gi", pods(4, false)).plan().actions())
                .noneMatch(ReleasePods.class::isInstance);
    }

    @Test
    void aClusterThatDoesNotServeSaysThatFirst() {
        var away = List.of(new BrokerPodFacts(0, "orders-broker-0", "v", false, false, false));

        var plan = plan(Optional.of(SMALL), "1Gi", away);

        assertThat(plan.plan().standing().ready()).isFalse();
        assertThat(plan.plan().standing().reason()).isNotEqualTo(Reason.GROWING);
        assertThat(plan.plan().actions()).hasAtLeastOneElementOfType(GrowDisk.class);
    }

    private static List<BrokerPodFacts> pods(int brokers, boolean outdated) {
        return IntStream.range(0, brokers)
                .mapToObj(node -> new BrokerPodFacts(node, "orders-broker-" + node, "v", true, outdated, false))
                .toList();
    }

    /** The sizes of disks in StatefulSets that are written. */
    private static List<String> written(ClusterPlan plan) {
        return plan.plan().actions().stream()
                .filter(Ensure.class::isInstance)
                .map(action -> ((Ensure) action).object())
                .filter(StatefulSet.class::isInstance)
                .map(set ->
                        ((StatefulSet) set).getSpec().getVolumeClaimTemplates().getFirst())
                .flatMap(claim -> claim.getSpec().getResources().getRequests().values().stream())
                .map(Quantity::toString)
                .toList();
    }

    /** Of a cluster of three whose disks all have a size, and are to have 2Gi. */
    private static ClusterPlan plan(Optional<SetFacts> set, String size, List<BrokerPodFacts> pods) {
        var disks = IntStream.range(0, 3).mapToObj(node -> disk(node, size)).toList();
        var observed = ObservedScene.of(pods)
                .storing(new StorageFacts(Instant.EPOCH, set, disks))
                .observed();
        return BrokerClusterPlanner.plan(Specs.orders("replicas: 3\nstorage: {size: 2Gi}\n"), observed);
    }

    private static DiskFacts disk(int node, String size) {
        return new DiskFacts(
                node,
                "data-orders-broker-" + node,
                "v",
                true,
                new DiskSize(size),
                Optional.of(new DiskSize(size)),
                "standard",
                Expansion.ALLOWED,
                Optional.empty(),
                Optional.empty(),
                "");
    }
}
