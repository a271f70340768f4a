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
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upgrade from the Kafka before with its feature levels, on a broker of its own (three would take minutes longer, and how a roll goes on is seen elsewhere).
 * {@code ./dev test} tells the operator that a version has proven itself after a quarter of a minute.
 */
@Order(70)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class UpgradeIT {
    private static final Logger LOG = LoggerFactory.getLogger(UpgradeIT.class);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int PER_SECOND = 50;
    private static final String OLD = "4.2.1";
    private static final String NEW = "4.3.1";

    private static final Kube KUBE = new Kube("e2e-upgrade");
    private static final Brokers BROKERS = new Brokers(KUBE, "orders");
    private static final String POD = "orders-broker-0";

    @BeforeAll
    static void anAgedCluster() {
        KUBE.create();
        KUBE.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: BrokerCluster
                metadata: { name: orders }
                spec:
                  replicas: 1
                  version: "%s"
                  storage: { size: 1Gi, onDelete: Delete }
                ---
                apiVersion: millrace.io/v1alpha1
                kind: User
                metadata: { name: app }
                spec:
                  cluster: { name: orders }
                  access:
                    - { resource: queue, name: "*", allow: [read] }
                    - { resource: exchange, name: amq.default, allow: [write] }
                ---
                apiVersion: millrace.io/v1alpha1
                kind: Topic
                metadata: { name: work }
                spec: { cluster: { name: orders }, partitions: 4 }
                ---
                apiVersion: millrace.io/v1alpha1
                kind: Queue
                metadata: { name: work }
                spec: { cluster: { name: orders } }
                ---
                apiVersion: millrace.io/v1alpha1
                kind: Topic
                metadata: { name: kept }
                spec: { cluster: { name: orders } }
                ---
                apiVersion: millrace.io/v1alpha1
                kind: Queue
                metadata: { name: kept }
                spec: { cluster: { name: orders } }
                """.formatted(OLD));
    }

    @AfterAll
    static void beginToDeleteTheNamespace() {
        KUBE.must("", "delete", "namespace", KUBE.namespace(), "--wait=false");
    }

    @Test
    void nothingConfirmedIsLostFromOneKafkaToTheNextAndItsFeaturesAreMadeFinal() throws Exception {
        KUBE.awaitReady("BrokerCluster/orders", "User/app", "Topic/work", "Queue/work", "Topic/kept", "Queue/kept");
        assertThat(BROKERS.status("version")).isEqualTo(OLD);
        assertThat(BROKERS.status("metadataVersion")).isEqualTo("4.2-IV1");
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
            walk("docs/guides/upgrade.md#the-brokers");
            until("the levels to be foretold", () -> BROKERS.status("upgrade", "state")
                    .equals("Waiting"));
            assertThat(BROKERS.status("upgrade", "metadataVersion")).isEqualTo("4.3-IV0");
            walk("docs/guides/upgrade.md#when-they-run-it");
            until("the version to prove itself", () -> BROKERS.status("upgrade", "state")
                    .equals("Soaking"));
        });
        assertThat(uid()).isNotEqualTo(pod);
        assertThat(BROKERS.status("version")).isEqualTo(NEW);
        assertThat(BROKERS.status("metadataVersion")).isEqualTo("4.2-IV1");
        assertThat(metadataLevel()).isEqualTo(29);

        timed(
                "levels made final",
                () -> until("the levels to be final", () -> BROKERS.status("metadataVersion")
                        .equals("4.3-IV0")));
        assertThat(metadataLevel()).isEqualTo(30);
        noWayBack();
    }

    private static void noWayBack() {
        var pod = uid();
        walk("docs/guides/upgrade.md#go-back");
        until("the way back to be refused", () -> BROKERS.condition("Stalled").equals("True"));
        assertThat(BROKERS.status("state")).isEqualTo("DowngradeRefused");
        assertThat(BROKERS.condition("Ready")).isEqualTo("True");

        walk("docs/guides/upgrade.md#the-brokers");
        BROKERS.awaitSettled(1);
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

    private static void walk(String guide) {
        Walkthrough.in(KUBE).run(guide);
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
