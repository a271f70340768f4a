package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaPods;
import io.millrace.operator.fixture.Numbered;
import io.millrace.operator.fixture.RealNodes;
import io.millrace.operator.status.Conditions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Topics of three real Kafka nodes get other replicas, and keep a cluster from what they do not fit in. */
@Timeout(600)
class ReplicasOfRealNodesIT {

    private static final String CLUSTER = """
            apiVersion: millrace.io/v1alpha1
            kind: BrokerCluster
            metadata: {name: orders}
            spec:
              replicas: %d
              storage: {size: 1Gi, onDelete: Delete}
              queues: {enabled: false}
              listeners:
              - {name: kafka, protocol: kafka, port: 9092}
            """;

    private static final String TOPIC = """
            apiVersion: millrace.io/v1alpha1
            kind: Topic
            metadata: {name: mine}
            spec:
              cluster: {name: orders}
              partitions: 3
              replicas: %d
              minInSyncReplicas: %d
            """;

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
    void aTopicGetsAndLosesReplicasWhileItIsWrittenAndTooManyAreRefused() throws Exception {
        harness.apply(BrokerCluster.class, CLUSTER.formatted(3));
        await().until(() -> "Ready".equals(status().getStatus().state()));
        topic(1, 1);
        try (var records = new Numbered(pods.bootstrap(), "mine")) {
            await().until(() -> records.confirmed() > 100);

            topic(3, 2);
            assertThat(replicas()).containsOnly(3);
            assertThat(minInSync()).isEqualTo("2");

            topic(2, 1);
            assertThat(replicas()).containsOnly(2);
            assertThat(minInSync()).isEqualTo("1");

            harness.apply(Topic.class, TOPIC.formatted(4, 1));
            await().until(() -> reason("Stalled").equals("TooFewBrokers"));
            var then = records.confirmed();
            await().until(() -> records.confirmed() > then + 100);
            assertThat(records.missing()).isEmpty();
            assertThat(records.failed()).isZero();
        }
        whatCannotBeHadIsSaidAndAllElseGoesOn();
    }

    private void whatCannotBeHadIsSaidAndAllElseGoesOn() throws Exception {
        pods.admin()
                .createTopics(List.of(new NewTopic("wide", 1, (short) 3)))
                .all()
                .get();

        harness.apply(BrokerCluster.class, CLUSTER.formatted(1));

        await().untilAsserted(() -> assertThat(
                        Conditions.find(status().getStatus().conditions(), "Stalled"))
                .get()
                .satisfies(stalled -> {
                    assertThat(stalled.reason()).isEqualTo("ScaleBlocked");
                    assertThat(stalled.message()).contains("wide: 3 replicas are wanted, and 1 brokers are left");
                }));
        assertThat(Conditions.isReady(status().getStatus().conditions())).isTrue();
        Harness.client()
                .services()
                .inNamespace(harness.namespace())
                .withName("orders-kafka")
                .delete();
        await().until(() -> harness.get(Service.class, "orders-kafka") != null);
        assertThat(pods.nodes()).isEqualTo(Set.of(0, 1, 2));
    }

    /** Applies it, and waits until it is so. */
    private void topic(int replicas, int minInSync) {
        var applied = harness.apply(Topic.class, TOPIC.formatted(replicas, minInSync));
        await().until(() -> {
            var topic = harness.get(Topic.class, "mine");
            return Conditions.isReady(topic.getStatus().conditions())
                    && Objects.equals(
                            topic.getStatus().observedGeneration(),
                            applied.getMetadata().getGeneration());
        });
    }

    private BrokerCluster status() {
        return harness.get(BrokerCluster.class, "orders");
    }

    private String reason(String condition) {
        return Conditions.find(harness.get(Topic.class, "mine").getStatus().conditions(), condition)
                .map(found -> found.reason())
                .orElse("");
    }

    /** How many replicas the partitions have, all of them in sync. */
    private Set<Integer> replicas() throws ExecutionException, InterruptedException {
        var replicas = new TreeSet<Integer>();
        Map<String, TopicDescription> topics =
                pods.admin().describeTopics(List.of("mine")).allTopicNames().get();
        Objects.requireNonNull(topics.get("mine")).partitions().forEach(partition -> {
            replicas.add(partition.replicas().size());
            replicas.add(partition.isr().size());
        });
        return replicas;
    }

    private String minInSync() {
        return pods.brokers(new ClusterKey(harness.namespace(), "orders"))
                .topics()
                .describe("mine")
                .orElseThrow()
                .config()
                .getOrDefault("min.insync.replicas", "");
    }

    private static ConditionFactory await() {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(300))
                .ignoreException(NullPointerException.class);
    }
}
