package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.client.Handshakes.Identity;
import io.millrace.operator.client.Handshakes.Sight;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.LaterClock;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.fixture.SingleBroker;
import io.millrace.operator.observe.BrokerClusterObserver;
import io.millrace.operator.observe.WaitingTopics;
import io.millrace.operator.status.Conditions;
import io.millrace.operator.trust.Certificates;
import io.millrace.operator.trust.Door;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrokerClusterReconcilerIT {

    private static final String CLUSTER = """
            apiVersion: millrace.io/v1alpha1
            kind: BrokerCluster
            metadata: {name: orders}
            spec:
              replicas: 1
              storage: {size: 1Gi, onDelete: Delete}
              listeners:
              - {name: kafka, protocol: kafka, port: 9092, type: nodeport}
              - {name: amqp, protocol: amqp, port: 5672}
              - {name: safe, protocol: kafka, port: 9094, type: nodeport, tls: true, authentication: tls}
            """;

    private final LaterClock clock = new LaterClock();
    private Harness harness;
    private SingleBroker broker;

    @BeforeEach
    void start() {
        var connections = new LocalConnections();
        var parts = new Parts();
        harness = new Harness(
                parts,
                List.of(parts.clusters(
                        connections,
                        new BrokerClusterObserver(connections, clock, new WaitingTopics(), this::look),
                        clock)));
        broker = new SingleBroker(harness);
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void clusterIsMadeAndBecomesReadyWithItsPods() {
        broker.found();
        harness.apply(BrokerCluster.class, CLUSTER);
        broker.becomeReady();

        var status = harness.get(BrokerCluster.class, "orders").getStatus();
        assertThat(status.ready()).isEqualTo("1/1");
        assertThat(status.listeners().getFirst().external()).startsWith("192.0.2.7:");
        assertThat(harness.get(Secret.class, "orders-nodes-tls").getData())
                .containsKeys("ca.crt", "orders-broker-0.crt", "orders-broker-0.key");
        assertThat(harness.get(ConfigMap.class, "orders-quorum").getData()).containsEntry("born", "true");
        assertThat(harness.get(ConfigMap.class, "orders-addresses").getData()).containsKey("kafka.0");
    }

    @Test
    void certificateNamesTheNodeAndIsRenewedWithoutARestart() throws Exception {
        broker.found();
        harness.apply(BrokerCluster.class, CLUSTER);
        broker.becomeReady();
        Harness.await().untilAsserted(() -> assertThat(
                        certificate().getSubjectAlternativeNames().toString())
                .contains("192.0.2.7", "orders-safe." + harness.namespace() + ".svc"));
        var status = harness.get(BrokerCluster.class, "orders").getStatus().listeners();
        assertThat(status.getFirst().tls()).isNull();
        assertThat(status.getLast().tls()).isTrue();
        assertThat(harness.get(Secret.class, status.getLast().caSecret()).getData())
                .containsOnlyKeys("ca.crt");
        var before = certificate();
        var told = broker.pod().getMetadata().getAnnotations().get("millrace.io/certificates");
        var uid = broker.pod().getMetadata().getUid();
        assertThat(told).isNotEmpty();

        clock.pass(Duration.ofDays(340));
        wake("late");

        Harness.await().until(() -> !certificate().equals(before));
        Harness.await()
                .until(() ->
                        !told.equals(broker.pod().getMetadata().getAnnotations().get("millrace.io/certificates")));
        assertThat(broker.pod().getMetadata().getUid()).isEqualTo(uid);
        assertThat(certificate().getIssuerX500Principal()).isEqualTo(before.getIssuerX500Principal());
    }

    @Test
    void authoritiesAreRenewedInThreeStepsWithoutARestart() {
        broker.found();
        harness.apply(BrokerCluster.class, CLUSTER);
        broker.becomeReady();
        var before = published();
        var leaf = certificate();
        var uid = broker.pod().getMetadata().getUid();

        harness.apply(BrokerCluster.class, CLUSTER + "  tls: {ca: {renewAt: today}}\n");
        Harness.await().until(() -> published().size() == 2);
        Harness.await().untilAsserted(() -> assertThat(Conditions.find(
                        harness.get(BrokerCluster.class, "orders").getStatus().conditions(), "RenewingCA"))
                .hasValueSatisfying(condition -> {
                    assertThat(condition.reason()).isEqualTo("TrustingBoth");
                    assertThat(condition.message()).contains("clients have until");
                }));
        assertThat(certificate()).isEqualTo(leaf);

        harness.apply(BrokerCluster.class, CLUSTER + "  tls: {ca: {renewAt: today, handOverDays: 0}}\n");

        Harness.await().until(() -> published().size() == 1);
        assertThat(published()).doesNotContainAnyElementsOf(before);
        Harness.await().until(() -> Conditions.find(
                        harness.get(BrokerCluster.class, "orders").getStatus().conditions(), "RenewingCA")
                .isEmpty());
        assertThat(Certificates.isIssuedBy(certificate(), published().getFirst()))
                .isTrue();
        assertThat(broker.pod().getMetadata().getUid()).isEqualTo(uid);
        assertThat(Harness.client()
                        .v1()
                        .events()
                        .inNamespace(harness.namespace())
                        .list()
                        .getItems())
                .filteredOn(event -> event.getReason().equals("RenewingCA"))
                .as("three steps of each of two")
                .hasSize(6);
    }

    @Test
    void aGivenAuthorityThatIsMissingIsAskedForBeforeAnythingIsMade() {
        broker.found();
        harness.apply(BrokerCluster.class, CLUSTER + "  tls: {ca: {secretRef: {name: corporate}}}\n");

        Harness.await().untilAsserted(() -> {
            var status = harness.get(BrokerCluster.class, "orders").getStatus();
            assertThat(status).isNotNull();
            assertThat(status.state()).isEqualTo("CaUnusable");
            assertThat(Conditions.find(status.conditions(), "Ready"))
                    .hasValueSatisfying(
                            ready -> assertThat(ready.message()).contains("there is no Secret corporate: make it"));
        });
        assertThat(harness.get(Secret.class, "orders-ca")).isNull();
    }

    /** What a broker does that mounts the Secret. */
    private Sight look(Door door, Identity own) {
        var files = ClusterSecret.files(harness.get(Secret.class, "orders-nodes-tls"));
        var trusted = Certificates.all(files.get(door.port() == 9094 ? "clients-ca.crt" : "ca.crt"));
        return new Sight(
                Certificates.first(files.get("orders-broker-0.crt")),
                Certificates.first(own.chain())
                        .filter(shown -> trusted.stream().anyMatch(issuer -> Certificates.isIssuedBy(shown, issuer)))
                        .isPresent());
    }

    private List<X509Certificate> published() {
        return Certificates.all(
                ClusterSecret.files(harness.get(Secret.class, "orders-ca-cert")).get("ca.crt"));
    }

    @Test
    void networkPolicyArrivesAsItIsMeantAndComesBackWhenItIsChanged() {
        broker.found();
        harness.apply(BrokerCluster.class, CLUSTER);
        Harness.await().until(() -> policy() != null);

        assertThat(policy().getSpec().getIngress()).hasSize(4);
        assertThat(policy().getSpec().getIngress().get(2).getFrom().getFirst().getNamespaceSelector())
                .isNotNull();
        var wanted = policy().getSpec();
        Harness.client()
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(harness.namespace())
                .withName("orders-broker")
                .edit(policy -> {
                    policy.getSpec().getIngress().removeFirst();
                    return policy;
                });

        Harness.await().until(() -> policy().getSpec().equals(wanted));
    }

    private NetworkPolicy policy() {
        return harness.get(NetworkPolicy.class, "orders-broker");
    }

    private X509Certificate certificate() {
        var files = ClusterSecret.files(harness.get(Secret.class, "orders-nodes-tls"));
        return Certificates.first(files.get("orders-broker-0.crt")).orElseThrow();
    }

    /** Wakes the reconciler without changing anything it has to do. */
    private void wake(String label) {
        Harness.client()
                .services()
                .inNamespace(harness.namespace())
                .withName("orders-nodes")
                .edit(service -> {
                    service.getMetadata().getLabels().put("touched", label);
                    return service;
                });
    }

    @Test
    void clusterAtRestIsNotWrittenTo() {
        broker.found();
        harness.apply(BrokerCluster.class, CLUSTER);
        broker.becomeReady();
        var before = versions();

        for (int i = 0; i < 3; i++) {
            wake("round-" + i);
        }

        Harness.await().during(Duration.ofSeconds(2)).until(() -> versions().equals(before));
    }

    @Test
    void changedSettingRestartsThePodAndAHandMadeChangeIsUndone() {
        broker.found();
        harness.apply(BrokerCluster.class, CLUSTER);
        broker.becomeReady();
        var before = broker.pod().getMetadata().getUid();

        harness.apply(BrokerCluster.class, CLUSTER + "  config: {log.retention.hours: \"5\"}\n");
        Harness.await().until(() -> Optional.ofNullable(broker.pod())
                .filter(pod -> !pod.getMetadata().getUid().equals(before))
                .isPresent());
        broker.becomeReady();
        assertThat(harness.count("millrace.drift", "BrokerCluster"))
                .as("a change of the spec is no drift")
                .isZero();

        changeThePortOfKafka();

        repairedAndCounted();
    }

    @Test
    void changeMadeByHandWhileTheClusterIsNotReadyIsDriftToo() {
        broker.found();
        harness.apply(BrokerCluster.class, CLUSTER);
        Harness.await().until(() -> broker.pod() != null);

        changeThePortOfKafka();

        repairedAndCounted();
        assertThat(Conditions.isReady(
                        harness.get(BrokerCluster.class, "orders").getStatus().conditions()))
                .isFalse();
    }

    @Test
    void repairIsCountedThoughSomethingAfterItFails() {
        broker.found();
        harness.apply(BrokerCluster.class, CLUSTER);
        broker.becomeReady();
        harness.apply(
                BrokerCluster.class,
                CLUSTER + "  resources: {log: {requests: {memory: 2Gi}, limits: {memory: 1Gi}}}\n");
        Harness.await().until(() -> Conditions.find(
                        harness.get(BrokerCluster.class, "orders").getStatus().conditions(), "Stalled")
                .isPresent());

        changeThePortOfKafka();

        repairedAndCounted();
    }

    private void changeThePortOfKafka() {
        Harness.client()
                .services()
                .inNamespace(harness.namespace())
                .withName("orders-kafka")
                .edit(service -> {
                    service.getSpec().getPorts().getFirst().setPort(1234);
                    return service;
                });
    }

    private void repairedAndCounted() {
        Harness.await()
                .until(() -> harness.get(Service.class, "orders-kafka")
                                .getSpec()
                                .getPorts()
                                .getFirst()
                                .getPort()
                        == 9092);
        Harness.await().until(() -> harness.count("millrace.drift", "BrokerCluster") > 0);
    }

    @Test
    void whatKubernetesRefusesIsShown() {
        harness.apply(
                BrokerCluster.class,
                CLUSTER + "  resources: {log: {requests: {memory: 2Gi}, limits: {memory: 1Gi}}}\n");

        Harness.await().untilAsserted(() -> assertThat(Conditions.find(
                        harness.get(BrokerCluster.class, "orders").getStatus().conditions(), "Stalled"))
                .get()
                .asString()
                .contains("Rejected", "memory"));
    }

    @Test
    void unknownVersionIsStalledAndNamesTheKnownOnes() {
        harness.apply(BrokerCluster.class, CLUSTER + "  version: \"1.0\"\n");

        Harness.await().until(() -> {
            var conditions =
                    harness.get(BrokerCluster.class, "orders").getStatus().conditions();
            return Conditions.find(conditions, "Stalled")
                    .filter(stalled -> stalled.reason().equals("UnknownVersion"))
                    .filter(stalled -> String.valueOf(stalled.message()).contains("4.3.1"))
                    .isPresent();
        });
    }

    /** Resource versions of all we may write, but for what the test itself touches. */
    private String versions() {
        var client = Harness.client();
        var namespace = harness.namespace();
        var cluster = harness.get(BrokerCluster.class, "orders").getMetadata().getResourceVersion();
        var sets = client.apps().statefulSets().inNamespace(namespace).list().getItems().stream()
                .map(StatefulSet::getMetadata)
                .map(meta -> meta.getName() + meta.getGeneration());
        var maps = client.configMaps().inNamespace(namespace).list().getItems().stream()
                .map(map -> map.getMetadata().getName() + map.getMetadata().getResourceVersion());
        return cluster + sets.collect(Collectors.joining()) + maps.sorted().collect(Collectors.joining());
    }
}
