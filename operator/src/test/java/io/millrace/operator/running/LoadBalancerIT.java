package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.desired.PodAddresses;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.fixture.SingleBroker;
import io.millrace.operator.status.Conditions;
import io.millrace.operator.trust.Certificates;
import java.security.cert.CertificateParsingException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The test is the cloud: it gives Services of type LoadBalancer their addresses. */
class LoadBalancerIT {

    private static final String CLUSTER = """
            apiVersion: millrace.io/v1alpha1
            kind: BrokerCluster
            metadata: {name: orders}
            spec:
              replicas: 1
              storage: {size: 1Gi, onDelete: Delete}
              rolling: {allowUnavailable: SingleReplica}
              listeners:
              - {name: kafka, protocol: kafka, port: 9092}
              - {name: amqp, protocol: amqp, port: 5672}
              - {name: safe, protocol: kafka, port: 9094, type: loadbalancer, tls: true, annotations: {kind: network}}
            """;

    private Harness harness;
    private SingleBroker broker;

    @BeforeEach
    void start() {
        var connections = new LocalConnections();
        var parts = new Parts();
        harness = new Harness(parts, List.of(parts.clusters(connections)));
        broker = new SingleBroker(harness);
        broker.found();
        harness.apply(BrokerCluster.class, CLUSTER);
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void brokersWaitForTheirLoadBalancersAndTellClientsOfThem() throws Exception {
        Harness.await().ignoreExceptions().untilAsserted(() -> assertThat(
                        Conditions.find(status().conditions(), "Ready"))
                .hasValueSatisfying(ready -> {
                    assertThat(ready.reason()).isEqualTo("AwaitingAddress");
                    assertThat(ready.message()).endsWith("Service orders-safe-0");
                }));
        assertThat(harness.get(StatefulSet.class, "orders-broker")).isNull();
        assertThat(harness.get(Service.class, "orders-safe-0")).satisfies(service -> {
            assertThat(service.getSpec().getType()).isEqualTo("LoadBalancer");
            assertThat(service.getMetadata().getAnnotations()).containsEntry("kind", "network");
        });

        giveBalancer("orders-safe", "all.example.net");
        giveBalancer("orders-safe-0", "broker.example.net");
        broker.becomeReady();

        assertThat(status().listeners().getLast().external()).isEqualTo("all.example.net:9094");
        assertThat(harness.get(ConfigMap.class, "orders-addresses").getData())
                .containsEntry("safe.0", "broker.example.net:9094");
        assertThat(namesInTheCertificate()).contains("all.example.net", "broker.example.net");

        giveBalancer("orders-safe", "other.example.net");

        Harness.await().untilAsserted(() -> {
            assertThat(namesInTheCertificate()).contains("other.example.net");
            assertThat(status().listeners().getLast().external()).isEqualTo("other.example.net:9094");
        });
    }

    /** A broker tells clients the address that it read when it started. */
    @Test
    void aBrokerWhoseLoadBalancerGetsAnotherAddressIsRestarted() {
        Harness.await().until(() -> harness.get(Service.class, "orders-safe-0") != null);
        giveBalancer("orders-safe", "all.example.net");
        giveBalancer("orders-safe-0", "broker.example.net");
        broker.becomeReady();
        Harness.await()
                .untilAsserted(() -> assertThat(broker.pod().getMetadata().getAnnotations())
                        .containsEntry(PodAddresses.ANNOTATION, "safe.0=broker.example.net:9094"));
        var before = broker.pod().getMetadata().getUid();

        giveBalancer("orders-safe-0", "moved.example.net");

        Harness.await().until(() -> {
            var now = broker.pod();
            return now != null && !now.getMetadata().getUid().equals(before);
        });
        broker.becomeReady();
        Harness.await()
                .untilAsserted(() -> assertThat(broker.pod().getMetadata().getAnnotations())
                        .containsEntry(PodAddresses.ANNOTATION, "safe.0=moved.example.net:9094"));
    }

    private BrokerClusterStatus status() {
        return harness.get(BrokerCluster.class, "orders").getStatus();
    }

    private String namesInTheCertificate() throws CertificateParsingException {
        var files = ClusterSecret.files(harness.get(Secret.class, "orders-nodes-tls"));
        return Certificates.first(files.get("orders-broker-0.crt"))
                .orElseThrow()
                .getSubjectAlternativeNames()
                .toString();
    }

    private void giveBalancer(String service, String host) {
        Harness.write(() -> Harness.client()
                .services()
                .inNamespace(harness.namespace())
                .withName(service)
                .editStatus(found -> new ServiceBuilder(found)
                        .withNewStatus()
                        .withNewLoadBalancer()
                        .addNewIngress()
                        .withHostname(host)
                        .endIngress()
                        .endLoadBalancer()
                        .endStatus()
                        .build()));
    }
}
