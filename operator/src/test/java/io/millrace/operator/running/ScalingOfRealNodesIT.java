package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.RebalanceState;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaPods;
import io.millrace.operator.fixture.Numbered;
import io.millrace.operator.fixture.RealNodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of real Kafka nodes, each a process, is scaled by the operator while records are written to it. */
@Timeout(900)
class ScalingOfRealNodesIT {

    private static final String CLUSTER = """
            apiVersion: millrace.io/v1alpha1
            kind: BrokerCluster
            metadata: {name: orders}
            spec:
              replicas: %d
              storage: {size: 1Gi, onDelete: Delete}
              queues: {enabled: false}
              listeners:
              - {name: kafka, protocol: kafka, port: 9092, type: nodeport}
            %s
            """;

    /** Some partitions of topic mine have one replica, on a broker that restarts. */
    private static final String CONSENT = "  rolling: {allowUnavailable: SingleReplica}";

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
    void fromOneBrokerToThreeAndBackNothingIsLost() throws Exception {
        scale(1, "");
        makeTopics();
        try (var ours = new Numbered(pods.bootstrap(), "q.orders");
                var theirs = new Numbered(pods.bootstrap(), "mine")) {
            await().until(() -> ours.confirmed() > 100 && theirs.confirmed() > 100);
            var first = uid(0);

            scale(3, CONSENT);
            await("broker 0 to be restarted").until(() -> !uid(0).isEmpty() && !uid(0).equals(first));
            scale(3, CONSENT);

            assertThat(voters()).isEqualTo(Set.of(0, 1, 2));
            assertThat(replication()).containsEntry("q.orders", 3).containsEntry("mine", 1);
            assertThat(replication()).containsEntry("__consumer_offsets", 3).containsEntry("__transaction_state", 3);
            assertThat(minInSync("q.orders")).isEqualTo("2");
            assertThat(minInSync("__transaction_state")).isEqualTo("2");
            assertThat(holders("mine"))
                    .as("all brokers have a share of what has one replica")
                    .hasSize(3);
            assertThat(throttles()).isEmpty();
            assertThat(rebalance()).contains(RebalanceState.Done);
            var then = ours.confirmed();
            await().until(() -> ours.confirmed() > then + 100);

            scale(1, "");

            assertThat(voters()).isEqualTo(Set.of(0));
            assertThat(registered()).isEqualTo(Set.of(0));
            assertThat(replication().values()).containsOnly(1);
            assertThat(minInSync("q.orders")).isEqualTo("1");
            assertThat(minInSync("__transaction_state")).isEqualTo("1");
            await().until(() -> harness.get(PersistentVolumeClaim.class, "data-orders-broker-1") == null
                    && harness.get(PersistentVolumeClaim.class, "data-orders-broker-2") == null);
            assertThat(harness.get(Service.class, "orders-kafka-2")).isNull();
            await().until(() -> pods.nodes().equals(Set.of(0)));

            assertThat(ours.missing()).isEmpty();
            assertThat(theirs.missing()).isEmpty();
            assertThat(ours.failed() + theirs.failed()).isZero();
            assertThat(ours.confirmed()).isGreaterThan(300);
        }
    }

    @Test
    void aDrainIsApprovedByItsHashThrottledAndTurnedAroundWhenTheSpecIs() throws Exception {
        scale(3, "");
        var admin = pods.admin();
        scale(4, "");
        admin.createTopics(List.of(new NewTopic("big", Map.of(0, List.of(3, 0, 1), 1, List.of(1, 2, 0)))))
                .all()
                .get();
        fill("big", 40);

        harness.apply(
                BrokerCluster.class,
                CLUSTER.formatted(3, "  rebalance: {mode: Approve, throttleBytesPerSec: 1000000}"));
        await().until(() -> rebalance().equals(Optional.of(RebalanceState.AwaitingApproval)));
        assertThat(holders("big")).contains(3);
        var hash = status().getStatus().rebalance().planHash();

        harness.apply(
                BrokerCluster.class,
                CLUSTER.formatted(
                        3, "  rebalance: {mode: Approve, throttleBytesPerSec: 1000000, approve: " + hash + "}"));
        await().until(() -> rebalance().equals(Optional.of(RebalanceState.Moving))
                && throttles().contains("big"));
        assertThat(status().getStatus().rebalance().bytes()).isGreaterThan(10_000_000);
        await().until(() ->
                admin.listPartitionReassignments().reassignments().get().size() > 0);

        scale(4, "  rebalance: {mode: Auto}");

        assertThat(voters()).isEqualTo(Set.of(0, 1, 2));
        assertThat(throttles()).isEmpty();
        assertThat(pods.nodes()).isEqualTo(Set.of(0, 1, 2, 3));
        assertThat(end("big")).isEqualTo(40);

        scale(3, "  rebalance: {mode: Auto}");

        assertThat(holders("big")).isEqualTo(Set.of(0, 1, 2));
        assertThat(registered()).isEqualTo(Set.of(0, 1, 2));
        assertThat(end("big")).isEqualTo(40);
    }

    private void scale(int brokers, String more) {
        var applied = harness.apply(BrokerCluster.class, CLUSTER.formatted(brokers, more));
        await().untilAsserted(() -> {
            var status = status().getStatus();
            assertThat(status.observedGeneration())
                    .isEqualTo(applied.getMetadata().getGeneration());
            assertThat(status.ready()).isEqualTo(brokers + "/" + brokers);
            assertThat(status.state()).as(() -> String.valueOf(status)).isEqualTo("Ready");
        });
    }

    private BrokerCluster status() {
        return harness.get(BrokerCluster.class, "orders");
    }

    private Optional<RebalanceState> rebalance() {
        return Optional.ofNullable(status().getStatus().rebalance()).map(one -> one.state());
    }

    private String uid(int node) {
        var pod = harness.get(Pod.class, "orders-broker-" + node);
        return pod == null ? "" : pod.getMetadata().getUid();
    }

    /** Topics of all sorts, and those that Kafka makes for groups and transactions. */
    private void makeTopics() throws ExecutionException, InterruptedException {
        pods.admin()
                .createTopics(List.of(
                        new NewTopic("q.orders", Optional.of(3), Optional.empty()), new NewTopic("mine", 6, (short) 1)))
                .all()
                .get();
        var settings = Map.<String, Object>of("bootstrap.servers", pods.bootstrap(), "transactional.id", "t");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
        }
        var first = new TopicPartition("q.orders", 0);
        await().ignoreExceptions().until(() -> {
            pods.admin()
                    .alterConsumerGroupOffsets("g", Map.of(first, new OffsetAndMetadata(0)))
                    .all()
                    .get();
            return replication().containsKey("__consumer_offsets");
        });
    }

    private void fill(String topic, int records) throws ExecutionException, InterruptedException {
        var settings = Map.<String, Object>of(
                "bootstrap.servers", pods.bootstrap(), "max.request.size", 2_000_000, "acks", "all");
        var megabyte = "x".repeat(900_000);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, i % 2, "key", megabyte))
                        .get();
            }
        }
    }

    private long end(String topic) throws ExecutionException, InterruptedException {
        var ends = 0L;
        for (int partition = 0; partition < 2; partition++) {
            var one = new TopicPartition(topic, partition);
            ends += pods.admin()
                    .listOffsets(Map.of(one, OffsetSpec.latest()))
                    .partitionResult(one)
                    .get()
                    .offset();
        }
        return ends;
    }

    private Set<Integer> voters() throws ExecutionException, InterruptedException {
        return pods.admin().describeMetadataQuorum().quorumInfo().get().voters().stream()
                .map(QuorumInfo.ReplicaState::replicaId)
                .collect(Collectors.toSet());
    }

    private Set<Integer> registered() throws ExecutionException, InterruptedException {
        return pods
                .admin()
                .describeCluster(new DescribeClusterOptions().includeFencedBrokers(true))
                .nodes()
                .get()
                .stream()
                .map(Node::id)
                .collect(Collectors.toSet());
    }

    private Map<String, Integer> replication() throws ExecutionException, InterruptedException {
        var topics = pods.admin()
                .listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get();
        var replication = new HashMap<String, Integer>();
        pods.admin().describeTopics(topics).allTopicNames().get().forEach((name, topic) -> topic.partitions()
                .forEach(partition -> {
                    replication.merge(name, partition.isr().size(), Math::min);
                    replication.merge(name, partition.replicas().size(), Math::min);
                }));
        return replication;
    }

    private Set<Integer> holders(String topic) throws ExecutionException, InterruptedException {
        var holders = new TreeSet<Integer>();
        Objects.requireNonNull(pods.admin()
                        .describeTopics(List.of(topic))
                        .allTopicNames()
                        .get()
                        .get(topic))
                .partitions()
                .forEach(partition -> partition.replicas().forEach(node -> holders.add(node.id())));
        return holders;
    }

    private String minInSync(String topic) throws ExecutionException, InterruptedException {
        return setting(topic, "min.insync.replicas").value();
    }

    private ConfigEntry setting(String topic, String key) throws ExecutionException, InterruptedException {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return pods.admin()
                .describeConfigs(List.of(resource))
                .all()
                .get()
                .get(resource)
                .get(key);
    }

    /** Topics, and brokers, that are throttled. */
    private Set<String> throttles() throws ExecutionException, InterruptedException {
        var resources = new ArrayList<ConfigResource>();
        replication().keySet().forEach(topic -> resources.add(new ConfigResource(ConfigResource.Type.TOPIC, topic)));
        registered()
                .forEach(node -> resources.add(new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(node))));
        var throttled = new HashSet<String>();
        pods.admin().describeConfigs(resources).all().get().forEach((resource, config) -> config.entries().stream()
                .filter(entry -> entry.name().contains("replication.throttled"))
                .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG
                        || entry.source() == ConfigEntry.ConfigSource.DYNAMIC_BROKER_CONFIG)
                .filter(entry -> entry.value() != null && !entry.value().isEmpty())
                .forEach(entry -> throttled.add(resource.name())));
        return throttled;
    }

    private static ConditionFactory await() {
        return await("the cluster");
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(300));
    }
}
