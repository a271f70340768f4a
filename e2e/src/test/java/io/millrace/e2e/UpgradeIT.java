package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Versions: one that does not start, on the three brokers that tests share, and an upgrade from the Kafka before with its feature levels, on a broker of its own (three
 * would take minutes longer, and how a roll goes on is seen elsewhere). {@code ./dev test} tells the operator that a version has proven itself after a quarter of a minute.
 */
@Order(70)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
@ExtendWith(Orders.class)
class UpgradeIT {
    private static final Logger LOG = LoggerFactory.getLogger(UpgradeIT.class);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int PER_SECOND = 50;
    private static final String OLD = "4.2.1";
    private static final String NEW = "4.3.1";
    /** The operator knows it, and no registry has it. */
    private static final String WITHOUT_IMAGE = "4.3.0";

    private static final Kube KUBE = new Kube("e2e-upgrade");
    private static final Brokers BROKERS = new Brokers(KUBE, "aged");
    private static final String POD = "aged-broker-0";

    /** It starts while the first test is at work. */
    @BeforeAll
    static void anAgedCluster() {
        KUBE.create();
        KUBE.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: BrokerCluster
                metadata: { name: aged }
                spec:
                  replicas: 1
                  version: "%s"
                  storage: { size: 1Gi, onDelete: Delete }
                ---
                apiVersion: millrace.io/v1alpha1
                kind: User
                metadata: { name: app }
                spec:
                  cluster: { name: aged }
                  access:
                    - { resource: queue, name: "*", allow: [read] }
                    - { resource: exchange, name: amq.default, allow: [write] }
                ---
                apiVersion: millrace.io/v1alpha1
                kind: Topic
                metadata: { name: work }
                spec: { cluster: { name: aged }, partitions: 4 }
                ---
                apiVersion: millrace.io/v1alpha1
                kind: Queue
                metadata: { name: work }
                spec: { cluster: { name: aged } }
                ---
                apiVersion: millrace.io/v1alpha1
                kind: Topic
                metadata: { name: kept }
                spec: { cluster: { name: aged } }
                ---
                apiVersion: millrace.io/v1alpha1
                kind: Queue
                metadata: { name: kept }
                spec: { cluster: { name: aged } }
                """.formatted(OLD));
    }

    @AfterAll
    static void clustersAreAsTheyWere() {
        KUBE.must("", "delete", "namespace", KUBE.namespace(), "--wait=false");
        patch(Orders.KUBE, "orders", "null");
        awaitSettled(Orders.KUBE, "orders", "3/3");
    }

    @Test
    @Order(1)
    void aVersionThatDoesNotStartTouchesOnePodAndIsTakenBack() {
        var before = Orders.podUids();
        timed("a version that does not start", () -> {
            version(Orders.KUBE, "orders", WITHOUT_IMAGE);
            until("the roll to be halted", () -> status(Orders.KUBE, "orders", "rolling", "blockedBy")
                    .contains("does not start"));
            assertThat(status(Orders.KUBE, "orders", "rolling", "blockedBy"))
                    .containsPattern("(ErrImagePull|ImagePullBackOff): .*" + WITHOUT_IMAGE);
            assertThat(Orders.KUBE.condition("BrokerCluster", "orders", "Degraded"))
                    .isEqualTo("True");
            assertThat(Orders.KUBE.condition("BrokerCluster", "orders", "Ready"))
                    .as("two of three serve")
                    .isEqualTo("True");
            assertThat(status(Orders.KUBE, "orders", "version")).isEqualTo(NEW);
        });

        timed("taken back", () -> {
            version(Orders.KUBE, "orders", NEW);
            awaitSettled(Orders.KUBE, "orders", "3/3");
        });

        var after = Orders.podUids();
        assertThat(before.stream().filter(after::contains))
                .as("pods never touched")
                .hasSize(2);
    }

    @Test
    @Order(2)
    void nothingConfirmedIsLostFromOneKafkaToTheNextAndItsFeaturesAreMadeFinal() throws Exception {
        KUBE.awaitReady("BrokerCluster/aged", "User/app", "Topic/work", "Queue/work", "Topic/kept", "Queue/kept");
        assertThat(status(KUBE, "aged", "version")).isEqualTo(OLD);
        assertThat(status(KUBE, "aged", "metadataVersion")).isEqualTo("4.2-IV1");
        keep("before");

        try (var messages =
                        new Load("messages", new QueueTraffic(UpgradeIT::connect, "work", PER_SECOND)).startReading();
                var records =
                        new Load("records", new StreamTraffic(UpgradeIT::client, "work", PER_SECOND)).startReading()) {
            var loads = List.of(messages, records);
            loads.forEach(load -> load.awaitConfirmed(PER_SECOND));

            upgrade();

            for (var load : loads) {
                load.awaitConfirmed(load.ledger().confirmed() + PER_SECOND);
                var ledger = load.drain();
                LOG.info("{}: {} confirmed, {} duplicates", load.name(), ledger.confirmed(), ledger.duplicates());
                assertThat(ledger.missing()).as(load.name()).isEmpty();
                assertThat(ledger.failed()).as(load.name()).isZero();
            }
        }
        assertThatIsKept("before");
    }

    private static void upgrade() throws Exception {
        var pod = uid();
        timed(OLD + " -> " + NEW, () -> {
            version(KUBE, "aged", NEW);
            until("the levels to be foretold", () -> status(KUBE, "aged", "upgrade", "state")
                    .equals("Waiting"));
            assertThat(status(KUBE, "aged", "upgrade", "metadataVersion")).isEqualTo("4.3-IV0");
            until("the version to prove itself", () -> status(KUBE, "aged", "upgrade", "state")
                    .equals("Soaking"));
        });
        assertThat(uid()).isNotEqualTo(pod);
        assertThat(status(KUBE, "aged", "version")).isEqualTo(NEW);
        assertThat(status(KUBE, "aged", "metadataVersion")).isEqualTo("4.2-IV1");
        assertThat(metadataLevel()).isEqualTo(29);

        timed(
                "levels made final",
                () -> until("the levels to be final", () -> status(KUBE, "aged", "metadataVersion")
                        .equals("4.3-IV0")));
        assertThat(metadataLevel()).isEqualTo(30);
        noWayBack();
    }

    private static void noWayBack() {
        var pod = uid();
        version(KUBE, "aged", OLD);
        until("the way back to be refused", () -> KUBE.condition("BrokerCluster", "aged", "Stalled")
                .equals("True"));
        assertThat(status(KUBE, "aged", "state")).isEqualTo("DowngradeRefused");
        assertThat(KUBE.condition("BrokerCluster", "aged", "Ready")).isEqualTo("True");

        version(KUBE, "aged", NEW);
        awaitSettled(KUBE, "aged", "1/1");
        assertThat(uid()).isEqualTo(pod);
    }

    private static Connection connect() throws IOException, TimeoutException {
        return Brokers.amqp(BROKERS.internal("amqp"), "app", BROKERS.password("app"))
                .newConnection();
    }

    private static Map<String, Object> client() {
        return Brokers.anonymous(BROKERS.internal("kafka"));
    }

    /** A record and a message that nobody reads until the end. */
    private static void keep(String value) throws Exception {
        try (var connection = connect();
                var channel = connection.createChannel();
                var producer = Records.producer(client(), Map.of())) {
            Messages.publish(channel, "", "kept", value);
            producer.send(new ProducerRecord<>("kept", value)).get();
        }
    }

    private static void assertThatIsKept(String value) throws Exception {
        try (var connection = connect();
                var channel = connection.createChannel()) {
            assertThat(Messages.take(channel, "kept")).isEqualTo(value);
        }
        Records.awaitValue(client(), "kept", value);
    }

    /** Its broker may have come back a moment ago. */
    private static int metadataLevel() {
        return await("the feature levels")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .until(UpgradeIT::askedMetadataLevel, Objects::nonNull);
    }

    private static int askedMetadataLevel() throws Exception {
        try (var admin = Admin.create(client())) {
            var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
            return Objects.requireNonNull(features.get("metadata.version")).maxVersionLevel();
        }
    }

    private static void version(Kube kube, String cluster, String version) {
        patch(kube, cluster, "\"" + version + "\"");
    }

    private static void patch(Kube kube, String cluster, String version) {
        var patch = "{\"spec\":{\"version\":%s}}".formatted(version);
        kube.must("", "patch", "brokercluster/" + cluster, "--type=merge", "--patch", patch);
    }

    private static void awaitSettled(Kube kube, String cluster, String ready) {
        until(
                cluster + " to be settled",
                () -> kube.condition("BrokerCluster", cluster, "Ready").equals("True")
                        && status(kube, cluster, "state").equals("Ready")
                        && status(kube, cluster, "ready").equals(ready));
    }

    private static String status(Kube kube, String cluster, String... path) {
        var full = new Object[path.length + 1];
        full[0] = "status";
        System.arraycopy(path, 0, full, 1, path.length);
        return kube.get("BrokerCluster", cluster)
                .map(found -> found.<Object>get(full))
                .map(String::valueOf)
                .orElse("");
    }

    private static String uid() {
        return Kube.CLIENT
                .pods()
                .inNamespace(KUBE.namespace())
                .withName(POD)
                .require()
                .getMetadata()
                .getUid();
    }

    private static void until(String what, BooleanSupplier holds) {
        await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(300)).until(holds::getAsBoolean);
    }

    private static void timed(String what, Runnable change) {
        var begin = System.nanoTime();
        change.run();
        LOG.info("{}: {} s", what, Duration.ofNanos(System.nanoTime() - begin).toSeconds());
    }
}
