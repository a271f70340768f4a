package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Examples that are clusters: each in a namespace of its own, which goes with all that is in it. The order is that of how long a
 * namespace takes to go: Kubernetes comes back after half the grace period of pods it has found.
 */
@Order(60)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ClusterExamplesIT {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterExamplesIT.class);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** The last broker of a cluster that goes as a whole has no quorum to sign off from, and Kubernetes gives it two minutes. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    private static final Kube SINGLE = new Kube("e2e-single-broker");
    private static final Kube STREAMS = new Kube("e2e-streams-only");
    private static final Kube LISTENERS = new Kube("e2e-listeners");
    private static final Kube SETTINGS = new Kube("e2e-broker-settings");
    private static final Kube CONTROLLERS = new Kube("e2e-controllers");
    private static final Map<Kube, String> CLUSTERS = Map.of(
            SINGLE, Examples.read("single-broker.yaml"),
            STREAMS, Examples.read("streams-only.yaml"),
            LISTENERS, Examples.readWithOneBroker("listeners.yaml"),
            SETTINGS, Examples.readWithOneBroker("broker-settings.yaml"),
            CONTROLLERS, Examples.read("controllers.yaml"));

    private static Kube inUse = SINGLE;

    /** All at the same time: most of the time that a cluster takes to start is spent waiting. */
    @BeforeAll
    static void allClustersBegin() {
        CLUSTERS.forEach((kube, yaml) -> {
            kube.create();
            kube.apply(yaml);
        });
    }

    /** A namespace goes in its own time, after a failure too: brokers that nobody needs would slow down all other tests. */
    @AfterEach
    void beginToDeleteTheNamespace() {
        LOG.info("{}\n{}", inUse.namespace(), inUse.must("", "get", "millrace,pods", "--output", "wide"));
        inUse.must("", "delete", "namespace", inUse.namespace(), "--wait=false");
    }

    @AfterAll
    static void allNamespacesGo() {
        CLUSTERS.keySet().forEach(Kube::awaitGone);
    }

    private static Kube use(Kube kube) {
        inUse = kube;
        kube.awaitReady(Examples.objects(CLUSTERS.getOrDefault(kube, "")));
        return kube;
    }

    @Test
    @Order(4)
    void aSingleBrokerSpeaksAllProtocolsAndIsGivenMoreAndItsDiskGrowsAndGoesWithIt() throws Exception {
        var kube = use(SINGLE);
        var brokers = new Brokers(kube, "small");
        makeAll(kube, "small");
        throughKafka(brokers.internal("kafka"));
        throughAmqp(brokers);
        throughManagement(brokers);
        theLogIsGivenMoreAndGoesOn(kube);
        theDiskGrowsAndThePodGoesOn(kube);
        throughKafka(brokers.internal("kafka"));

        kube.delete("brokercluster/small");

        kube.delete("topic.millrace.io/all", "queue.millrace.io/all", "exchange.millrace.io/all");
        kube.delete("consumergroup.millrace.io/all", "user.millrace.io/all");
        await("the disk to go").atMost(PATIENCE).until(() -> disks(kube), List::isEmpty);
    }

    @Test
    @Order(5)
    void aBrokerWithAControllerOfItsOwnSpeaksAllProtocolsAndBothGoWithTheirDisks() throws Exception {
        var kube = use(CONTROLLERS);
        var brokers = new Brokers(kube, "apart");
        assertThat(field(kube, "brokercluster/apart", ".status.nodes[*].pod"))
                .isEqualTo("apart-broker-0 apart-controller-0");
        assertThat(field(kube, "pod/apart-controller-0", ".spec.containers[*].name"))
                .isEqualTo("log");
        assertThat(disks(kube)).hasSize(2);
        makeAll(kube, "apart");
        throughKafka(brokers.internal("kafka"));
        throughAmqp(brokers);
        throughManagement(brokers);

        kube.delete("brokercluster/apart");

        kube.delete("topic.millrace.io/all", "queue.millrace.io/all", "exchange.millrace.io/all");
        kube.delete("consumergroup.millrace.io/all", "user.millrace.io/all");
        await("the disks to go").atMost(GRACE.plusMinutes(1)).until(() -> disks(kube), List::isEmpty);
    }

    /** What a container has is what its node has given it, and not what was asked for. */
    private static void theLogIsGivenMoreAndGoesOn(Kube kube) {
        var log = ".status.initContainerStatuses[0]";
        var started = field(kube, "pod/small-broker-0", log + ".state.running.startedAt");

        patch(kube, "{\"resources\":{\"log\":{\"requests\":{\"cpu\":\"250m\",\"memory\":\"800Mi\"}}}}");

        await("what the log has").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(field(kube, "pod/small-broker-0", log + ".resources.requests.cpu"))
                    .isEqualTo("250m");
            assertThat(field(kube, "pod/small-broker-0", log + ".resources.requests.memory"))
                    .isEqualTo("800Mi");
        });
        kube.awaitStatus("BrokerCluster", "small", "Ready", "state");
        assertThat(field(kube, "pod/small-broker-0", log + ".state.running.startedAt"))
                .isEqualTo(started);
    }

    /** The test cluster's volumes grow in use. The StatefulSet is another one afterwards, and has the pod and the disk of the former. */
    private static void theDiskGrowsAndThePodGoesOn(Kube kube) {
        var pod = field(kube, "pod/small-broker-0", ".metadata.uid");
        var former = field(kube, "statefulset/small-broker", ".metadata.uid");

        storage(kube, "2Gi");

        await("a StatefulSet for disks of 2Gi")
                .atMost(PATIENCE)
                .until(
                        () -> field(
                                kube,
                                "statefulset/small-broker",
                                ".spec.volumeClaimTemplates[0].spec.resources.requests.storage"),
                        "2Gi"::equals);
        kube.awaitStatus("BrokerCluster", "small", "Ready", "state");
        var set = field(kube, "statefulset/small-broker", ".metadata.uid");
        assertThat(set).isNotEqualTo(former);
        await("the owner of pod and disk").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(field(kube, "pod/small-broker-0", ".metadata.ownerReferences[0].uid"))
                    .isEqualTo(set);
            assertThat(field(kube, "pvc/data-small-broker-0", ".metadata.ownerReferences[0].uid"))
                    .isEqualTo(set);
        });
        assertThat(field(kube, "pvc/data-small-broker-0", ".status.capacity.storage"))
                .isEqualTo("2Gi");
        assertThat(field(kube, "brokercluster/small", ".status.nodes[0].disk")).isEqualTo("2Gi");
        assertThat(field(kube, "pod/small-broker-0", ".metadata.uid")).isEqualTo(pod);

        storage(kube, "1Gi");
        kube.awaitStatus("BrokerCluster", "small", "StorageRefused", "state");
        storage(kube, "2Gi");
        kube.awaitStatus("BrokerCluster", "small", "Ready", "state");
    }

    private static void storage(Kube kube, String size) {
        patch(kube, "{\"storage\":{\"size\":\"%s\"}}".formatted(size));
    }

    private static void patch(Kube kube, String spec) {
        kube.must("", "patch", "brokercluster/small", "--type=merge", "--patch={\"spec\":%s}".formatted(spec));
    }

    /** A field of an object, given as kubectl takes it; empty while there is none. */
    private static String field(Kube kube, String object, String path) {
        var command = List.of("get", object, "--ignore-not-found", "--output=jsonpath={" + path + "}");
        return kube.must("", command.toArray(String[]::new));
    }

    @Test
    @Order(3)
    void kafkaAloneKnowsNoQueuesAndItsDisksStay() throws Exception {
        var kube = use(STREAMS);
        var brokers = new Brokers(kube, "streams");
        topic(kube, "streams");
        throughKafka(brokers.internal("kafka"));
        queue(kube, "streams");
        assertThat(kube.awaitNotReady("Queue", "all", "NotSupported")).contains("queues.enabled: false");

        kube.delete("brokercluster/streams");

        await("the brokers to go")
                .atMost(GRACE.plusMinutes(1))
                .until(() -> kube.must("", "get", "pods", "--output", "name"), String::isEmpty);
        kube.delete("topic.millrace.io/all", "queue.millrace.io/all");
        assertThat(disks(kube)).hasSize(3);
    }

    @Test
    @Order(1)
    void listenersAreOpenToWhomTheySay() throws Exception {
        var kube = use(LISTENERS);
        var brokers = new Brokers(kube, "orders");
        makeAll(kube, "orders");

        throughKafka(brokers.internal("inside"));
        Records.through(Brokers.scram(brokers.external("outside"), "all", brokers.password("all")), "all");
        throughAmqp(brokers);
        throughManagement(brokers);
    }

    @Test
    @Order(2)
    void brokersRunWithTheSettingsTheyAreGiven() throws Exception {
        var kube = use(SETTINGS);
        var brokers = new Brokers(kube, "orders");
        makeAll(kube, "orders");

        throughKafka(brokers.internal("kafka"));
        throughAmqp(brokers);
        throughManagement(brokers);
        try (var admin = Admin.create(Brokers.anonymous(brokers.internal("kafka")))) {
            var broker = new ConfigResource(ConfigResource.Type.BROKER, "0");
            assertThat(admin.describeConfigs(Set.of(broker)).all().get().values())
                    .singleElement()
                    .satisfies(settings -> {
                        assertThat(settings.get("message.max.bytes").value()).isEqualTo("2097152");
                        assertThat(settings.get("log.retention.hours").value()).isEqualTo("72");
                    });
            racksAreThoseOfTheNodes(kube, admin);
        }
    }

    /** Over the cluster that is there, which has a disk of the same size: its broker restarts and is in the rack of its node. */
    private static void racksAreThoseOfTheNodes(Kube kube, Admin admin) {
        var label = "example.com/rack";
        kube.must("", "label", "node", "--all", "--overwrite", label + "=r7");
        try {
            Examples.applyWithOneBrokerTo(kube, "racks.yaml");
            await("the broker in its rack")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> admin.describeCluster().nodes().get().stream()
                            .map(Node::rack)
                            .toList()
                            .equals(List.of("r7")));
            kube.awaitReady("BrokerCluster/orders");
        } finally {
            kube.must("", "label", "node", "--all", label + "-");
        }
    }

    /** One object of each kind that lives in a cluster; all of them have the same name. */
    private static void makeAll(Kube kube, String cluster) {
        topic(kube, cluster);
        queue(kube, cluster);
        object(kube, cluster, "Exchange", "type: fanout");
        object(kube, cluster, "ConsumerGroup", "");
        object(kube, cluster, "User", """
                tags: [management]
                access:
                  - { resource: topic, name: "*", allow: [read, write, describe] }
                  - { resource: queue, name: "*", allow: [read] }
                  - { resource: exchange, name: amq.default, allow: [write] }
                """);
        kube.awaitReady("Topic/all", "Queue/all", "Exchange/all", "ConsumerGroup/all", "User/all");
    }

    private static void topic(Kube kube, String cluster) {
        object(kube, cluster, "Topic", "");
        kube.awaitReady("Topic/all");
    }

    private static void queue(Kube kube, String cluster) {
        object(kube, cluster, "Queue", "");
    }

    private static void object(Kube kube, String cluster, String kind, String spec) {
        kube.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: %s
                metadata: { name: all }
                spec:
                  cluster: { name: %s }
                %s
                """.formatted(kind, cluster, spec.indent(2)));
    }

    private static void throughKafka(String address) throws Exception {
        Records.through(Brokers.anonymous(address), "all");
    }

    private static void throughAmqp(Brokers brokers) throws Exception {
        var factory = Brokers.amqp(brokers.internal("amqp"), "all", brokers.password("all"));
        try (var connection = factory.newConnection()) {
            Messages.through(connection, "", "all", "all");
        }
    }

    private static void throughManagement(Brokers brokers) throws Exception {
        var message =
                "{\"routing_key\": \"all\", \"payload\": \"by HTTP\", \"payload_encoding\": \"string\", \"properties\": {}}";
        assertThat(post(brokers, "/api/exchanges/%2F/amq.default/publish", message))
                .contains("\"routed\":true");
        var get = "{\"count\": 1, \"ackmode\": \"ack_requeue_false\", \"encoding\": \"auto\"}";
        await("the message by HTTP").atMost(PATIENCE).until(() -> post(brokers, "/api/queues/%2F/all/get", get)
                .contains("by HTTP"));
    }

    private static String post(Brokers brokers, String path, String body) throws Exception {
        return Brokers.http(brokers.internal("management"), "all", brokers.password("all"), "POST", path, body)
                .body();
    }

    private static List<String> disks(Kube kube) {
        return kube.must("", "get", "persistentvolumeclaims", "--output", "name")
                .lines()
                .toList();
    }
}
