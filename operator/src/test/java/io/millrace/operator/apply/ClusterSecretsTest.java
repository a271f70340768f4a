package io.millrace.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.desired.Outside;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.plan.ClusterCertificates;
import io.millrace.operator.trust.Certificates;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ClusterSecretsTest {

    private static final Instant BIRTH = Instant.parse("2026-01-01T00:00:00Z");
    private static final String SPEC = """
            replicas: 3
            storage: {size: 1Gi}
            listeners:
            - {name: kafka, protocol: kafka, port: 9092, tls: true}
            - {name: outside, protocol: kafka, port: 9094, tls: true, type: nodeport}
            - {name: plain, protocol: kafka, port: 9095, type: nodeport}
            - {name: amqps, protocol: amqp, port: 5671, tls: true, authentication: tls}
            """;

    private final BrokerClusterIntent intent = Specs.orders(SPEC);
    private final Map<String, Secret> secrets = new HashMap<>();

    @Test
    void everythingIsMadeOnceAndThenLeftAlone() {
        step(intent, Set.of(), BIRTH);

        assertThat(secrets)
                .containsOnlyKeys(
                        "orders-ca",
                        "orders-clients-ca",
                        "orders-nodes-tls",
                        "orders-operator-tls",
                        "orders-ca-cert",
                        "orders-admin");
        assertThat(files("orders-nodes-tls"))
                .containsKeys("ca.crt", "clients-ca.crt", "orders-broker-2.crt", "orders-broker-2.key");
        assertThat(files("orders-ca-cert")).containsOnlyKeys("ca.crt");
        assertThat(step(intent, Set.of(), BIRTH.plus(Duration.ofDays(300)))).isEmpty();
    }

    @Test
    void whatNodesTrustIsNotWhatListenersTrust() {
        step(intent, Set.of(), BIRTH);

        assertThat(files("orders-nodes-tls").get("ca.crt"))
                .isEqualTo(files("orders-ca").get("ca.crt"))
                .isNotEqualTo(files("orders-nodes-tls").get("clients-ca.crt"));
        assertThat(files("orders-nodes-tls").get("clients-ca.crt"))
                .isEqualTo(files("orders-clients-ca").get("ca.crt"));
    }

    @Test
    void brokerNamesWhatClientsConnectTo() throws Exception {
        step(intent, Set.of("192.0.2.7"), BIRTH);

        assertThat(broker(0).getSubjectAlternativeNames().toString())
                .contains(
                        "orders-broker-0.orders-nodes.shop.svc]",
                        "orders-kafka.shop.svc]",
                        "orders-outside.shop.svc.cluster.local",
                        "orders-amqps.shop",
                        "192.0.2.7")
                .doesNotContain("orders-plain", "orders-broker-1");
    }

    @Test
    void newNodeIsNamedAndAnOldOneIsNoReasonToIssueAnything() throws Exception {
        step(intent, Set.of("192.0.2.7"), BIRTH);
        var before = broker(1);

        assertThat(step(intent, Set.of("192.0.2.7", "192.0.2.8"), BIRTH)).containsOnly("orders-nodes-tls");
        assertThat(broker(1)).isNotEqualTo(before);
        assertThat(broker(1).getSubjectAlternativeNames().toString()).contains("192.0.2.7", "192.0.2.8");
        assertThat(step(intent, Set.of("192.0.2.8"), BIRTH)).isEmpty();
    }

    @Test
    void nodeThatComesLaterGetsACertificateAndTheOthersKeepTheirs() {
        step(intent, Set.of(), BIRTH);
        var before = broker(2);

        step(Specs.orders(SPEC.replace("replicas: 3", "replicas: 5")), Set.of(), BIRTH);

        assertThat(files("orders-nodes-tls")).containsKeys("orders-broker-3.crt", "orders-broker-4.key");
        assertThat(broker(2)).isEqualTo(before);
        assertThat(files("orders-operator-tls")).containsEntry("nodes", "5");
    }

    @Test
    void certificatesAreRenewedBeforeTheyEndByTheSameAuthority() {
        step(intent, Set.of(), BIRTH);
        var before = broker(0);
        var authority = files("orders-ca").get("ca.crt");
        var late = BIRTH.plus(Duration.ofDays(336));

        assertThat(step(intent, Set.of(), late)).containsOnly("orders-nodes-tls", "orders-operator-tls");

        assertThat(broker(0)).isNotEqualTo(before);
        assertThat(broker(0).getNotAfter()).isEqualTo(late.plus(Duration.ofDays(365)));
        assertThat(files("orders-ca").get("ca.crt")).isEqualTo(authority);
        assertThat(step(intent, Set.of(), late)).isEmpty();
    }

    @Test
    void whatAnOlderOperatorMadeIsCompletedAndKept() {
        step(intent, Set.of(), BIRTH);
        Objects.requireNonNull(secrets.get("orders-nodes-tls")).getData().remove("clients-ca.crt");
        secrets.remove("orders-clients-ca");
        secrets.remove("orders-ca-cert");
        var before = broker(0);

        assertThat(step(intent, Set.of(), BIRTH))
                .containsOnly("orders-clients-ca", "orders-nodes-tls", "orders-ca-cert");

        assertThat(broker(0)).isEqualTo(before);
        assertThat(files("orders-nodes-tls")).containsKey("clients-ca.crt");
    }

    /** Does one pass; returns the names of the Secrets it wrote. */
    private Set<String> step(BrokerClusterIntent wanted, Set<String> addresses, Instant now) {
        var written = new ClusterSecrets(
                        wanted,
                        secrets,
                        Optional.empty(),
                        new ClusterCertificates(Map.of(), new Outside(addresses, Map.of(), Map.of()), now),
                        new OwnerReference(),
                        now)
                .outdated();
        written.forEach(secret -> secrets.put(secret.getMetadata().getName(), secret));
        return written.stream().map(secret -> secret.getMetadata().getName()).collect(Collectors.toSet());
    }

    private Map<String, String> files(String secret) {
        return ClusterSecret.files(Objects.requireNonNull(secrets.get(secret)));
    }

    private X509Certificate broker(int node) {
        return Certificates.first(files("orders-nodes-tls").get("orders-broker-" + node + ".crt"))
                .orElseThrow();
    }
}
