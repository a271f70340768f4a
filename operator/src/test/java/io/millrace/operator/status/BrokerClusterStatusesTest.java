package io.millrace.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.api.v1alpha1.NodeStatus;
import io.millrace.operator.desired.Identity;
import io.millrace.operator.desired.Outside;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.plan.BrokerClusterObserved;
import io.millrace.operator.plan.BrokerClusterPlanner;
import io.millrace.operator.plan.ClusterCertificates;
import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.PodChanges;
import io.millrace.operator.plan.QuorumFacts;
import io.millrace.operator.settings.ConfigFacts;
import io.millrace.operator.storage.StorageFacts;
import io.millrace.operator.upgrade.UpgradeScenes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BrokerClusterStatusesTest {

    private static final String SPEC = "replicas: 3\nstorage: {size: 1Gi}\n";

    @Test
    void eachNodeIsShownInTheRackItSpeaksOfAndKeepsItWhileItIsAway() {
        var cluster = Specs.cluster(SPEC);
        cluster.getMetadata().setGeneration(1L);

        cluster.setStatus(status(cluster, facts(Set.of(0, 1, 2), Map.of(0, "a", 1, "b", 2, "c"))));
        assertThat(cluster.getStatus().nodes()).extracting(NodeStatus::rack).containsExactly("a", "b", "c");

        cluster.setStatus(status(cluster, facts(Set.of(0, 2), Map.of(0, "d"))));
        assertThat(cluster.getStatus().nodes()).extracting(NodeStatus::rack).containsExactly("d", "b", null);

        cluster.setStatus(status(cluster, Optional.empty()));
        assertThat(cluster.getStatus().nodes()).extracting(NodeStatus::rack).containsExactly("d", "b", null);
    }

    private static Optional<ClusterFacts> facts(Set<Integer> brokers, Map<Integer, String> racks) {
        var quorum = new QuorumFacts(0, Map.of(0, 0L, 1, 0L, 2, 0L));
        return Optional.of(
                new ClusterFacts("id", brokers, quorum, List.of(), false, 2, racks, Optional.empty(), Map.of()));
    }

    private static BrokerClusterStatus status(BrokerCluster cluster, Optional<ClusterFacts> facts) {
        var observed = new BrokerClusterObserved(
                new OwnerReference(),
                Optional.empty(),
                Optional.of(new Identity("id", Map.of(0, "x", 1, "y", 2, "z"), true)),
                new ClusterCertificates(Map.of(), Outside.UNKNOWN, Instant.EPOCH),
                Outside.UNKNOWN,
                List.of(),
                PodChanges.NONE,
                "",
                false,
                "",
                facts,
                Set.of(),
                List.of(),
                Optional.of(3),
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.empty(),
                UpgradeScenes.nothingKnown(),
                ConfigFacts.nothing(),
                StorageFacts.nothing());
        var intent = Specs.orders(SPEC);
        var decision = BrokerClusterPlanner.plan(intent, observed);
        return BrokerClusterStatuses.of(
                cluster, intent, observed, decision, decision.plan().standing(), Instant.EPOCH);
    }
}
