package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.NodeStatus;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaPods;
import io.millrace.operator.fixture.Numbered;
import io.millrace.operator.fixture.RealNodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of real Kafka nodes, each a process, with controllers that are no brokers. */
@Timeout(900)
class DedicatedControllersIT {

    @TempDir
    private Path folder;

    private RealNodes nodes;
    private KafkaPods pods;
    private Harness harness;

    @BeforeEach
    void start() throws Exception {
        nodes = new RealNodes(folder);
        pods = nodes.pods();
        harness = nodes.harness();
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void aClusterIsBornWithOneGetsThreeLosesADiskAndGoesBackToOne() throws Exception {
        controllers(1);
        everythingOfAControllerIsMade();
        assertThat(voters()).isEqualTo(Set.of(1000));
        assertThat(brokers()).isEqualTo(Set.of(0));
        pods.admin()
                .createTopics(List.of(new NewTopic("q.orders", 3, (short) 1)))
                .all()
                .get();
        try (var records = new Numbered(pods.bootstrap(), "q.orders")) {
            await("records").until(() -> records.confirmed() > 100);
            var first = Map.of("broker", uid("orders-broker-0"), "controller", uid("orders-controller-0"));

            controllers(3);

            assertThat(voters()).isEqualTo(Set.of(1000, 1001, 1002));
            await("all to know where the others are")
                    .until(() -> !uid("orders-broker-0").equals(first.get("broker"))
                            && !uid("orders-controller-0").equals(first.get("controller")));
            controllers(3);
            var directory = directory(1001);

            pods.loseDisk(1001);

            await("the vote of the lost disk to be replaced")
                    .until(() -> voters().contains(1001) && !directory(1001).equals(directory));
            controllers(3);

            controllers(1);

            assertThat(voters()).isEqualTo(Set.of(1000));
            await("pods and disks to go")
                    .until(() -> harness.get(Pod.class, "orders-controller-1") == null
                            && harness.get(PersistentVolumeClaim.class, "data-orders-controller-1") == null
                            && harness.get(PersistentVolumeClaim.class, "data-orders-controller-2") == null
                            && pods.nodes().equals(Set.of(0, 1000)));
            controllers(1);
            var then = records.confirmed();
            await("more records").until(() -> records.confirmed() > then + 100);
            assertThat(records.missing()).isEmpty();
            assertThat(records.failed()).isZero();
        }
    }

    private void everythingOfAControllerIsMade() {
        var status = harness.get(BrokerCluster.class, "orders").getStatus();
        assertThat(status.ready()).isEqualTo("1/1");
        assertThat(status.replicas()).isEqualTo(1);
        assertThat(status.nodes())
                .extracting(NodeStatus::id, NodeStatus::pod, NodeStatus::roles, NodeStatus::state)
                .containsExactly(
                        tuple(0, "orders-broker-0", List.of("broker"), "Running"),
                        tuple(1000, "orders-controller-0", List.of("controller"), "Running"));
        assertThat(harness.get(StatefulSet.class, "orders-controller").getSpec().getReplicas())
                .isEqualTo(1);
        assertThat(harness.get(PodDisruptionBudget.class, "orders-controller")).isNotNull();
        assertThat(harness.get(NetworkPolicy.class, "orders-controller")).isNotNull();
        assertThat(harness.get(Secret.class, "orders-nodes-tls").getData())
                .containsKeys("orders-controller-0.crt", "orders-controller-0.key", "orders-broker-0.crt");
        assertThat(harness.get(ConfigMap.class, "orders-quorum").getData().get("initial.controllers"))
                .startsWith("1000@orders-controller-0.orders-nodes.");
        assertThat(harness.get(Service.class, "orders-nodes").getSpec().getSelector())
                .doesNotContainKey("app.kubernetes.io/component");
        var disk = harness.get(PersistentVolumeClaim.class, "data-orders-controller-0")
                .getMetadata()
                .getAnnotations();
        assertThat(disk).containsKey("millrace.io/cluster-id");
        assertThat(disk.get("millrace.io/directory-id")).isNotEmpty();
    }

    private void controllers(int number) {
        var applied = harness.apply(BrokerCluster.class, """
                apiVersion: millrace.io/v1alpha1
                kind: BrokerCluster
                metadata: {name: orders}
                spec:
                  replicas: 1
                  storage: {size: 1Gi, onDelete: Delete}
                  controllers: {replicas: %d, storage: {size: 1Gi}}
                  queues: {enabled: false}
                  listeners:
                  - {name: kafka, protocol: kafka, port: 9092}
                """.formatted(number));
        await("%d controllers".formatted(number)).untilAsserted(() -> {
            var status = harness.get(BrokerCluster.class, "orders").getStatus();
            assertThat(status.observedGeneration())
                    .isEqualTo(applied.getMetadata().getGeneration());
            assertThat(status.state()).as(() -> String.valueOf(status)).isEqualTo("Ready");
            assertThat(status.nodes()).as(() -> String.valueOf(status)).hasSize(1 + number);
        });
    }

    private String uid(String name) {
        var pod = harness.get(Pod.class, name);
        return pod == null ? "" : pod.getMetadata().getUid();
    }

    private List<QuorumInfo.ReplicaState> quorum() throws ExecutionException, InterruptedException {
        return pods.admin().describeMetadataQuorum().quorumInfo().get().voters();
    }

    private Set<Integer> voters() throws ExecutionException, InterruptedException {
        return quorum().stream().map(QuorumInfo.ReplicaState::replicaId).collect(Collectors.toSet());
    }

    private String directory(int node) throws ExecutionException, InterruptedException {
        return quorum().stream()
                .filter(voter -> voter.replicaId() == node)
                .map(voter -> voter.replicaDirectoryId().toString())
                .findFirst()
                .orElse("");
    }

    private Set<Integer> brokers() throws ExecutionException, InterruptedException {
        return pods.admin().describeCluster().nodes().get().stream()
                .map(node -> node.id())
                .collect(Collectors.toSet());
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what)
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions();
    }
}
