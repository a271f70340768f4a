package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.PodName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogNodeTest {
    @Test
    void aBrokerInTheListOfControllersRunsBothRoles() {
        var properties = node("orders-broker-1", Map.of()).kafkaProperties();

        assertThat(properties)
                .containsEntry("node.id", "1")
                .containsEntry("process.roles", "broker,controller")
                .containsEntry(
                        "controller.quorum.bootstrap.servers",
                        "orders-broker-0.orders-nodes.shop.svc:9090,orders-broker-1.orders-nodes.shop.svc:9090,"
                                + "orders-broker-2.orders-nodes.shop.svc:9090");
    }

    @Test
    void aBrokerOutsideTheListIsABrokerOnly() {
        var properties = node("orders-broker-3", Map.of()).kafkaProperties();

        assertThat(properties).containsEntry("process.roles", "broker");
        assertThat(properties.get("listeners")).doesNotContain("CONTROLLER");
    }

    @Test
    void aDedicatedControllerHasNoBrokerListeners() {
        var settings = settings(List.of(1000, 1001, 1002), Map.of());
        var properties = node("orders-controller-1", settings).kafkaProperties();

        assertThat(properties)
                .containsEntry("node.id", "1001")
                .containsEntry("process.roles", "controller")
                .containsEntry("listeners", "CONTROLLER://0.0.0.0:9090")
                .containsEntry("advertised.listeners", "CONTROLLER://orders-controller-1.orders-nodes.shop.svc:9090")
                .doesNotContainKey("inter.broker.listener.name");
    }

    @Test
    void listenersInsideAdvertiseThePodAndThoseOutsideTheirRow() {
        var properties = node("orders-broker-0", Map.of()).kafkaProperties();

        assertThat(properties.get("advertised.listeners"))
                .contains(
                        "CLIENT-PLAIN://orders-broker-0.orders-nodes.shop.svc:9092",
                        "CLIENT-OUT://198.18.255.11:31094",
                        "REPLICATION://orders-broker-0.orders-nodes.shop.svc:9091");
        assertThat(properties)
                .containsEntry(
                        "listener.security.protocol.map",
                        "CONTROLLER:SSL,REPLICATION:SSL,CLIENT-PLAIN:PLAINTEXT,CLIENT-MUTUAL:SSL,CLIENT-OUT:SASL_SSL");
    }

    @Test
    void scramIsOnWhereItIsAskedFor() {
        assertThat(node("orders-broker-0", Map.of()).kafkaProperties())
                .containsEntry("listener.name.client-out.sasl.enabled.mechanisms", "SCRAM-SHA-512,SCRAM-SHA-256")
                .containsEntry("listener.name.client-out.ssl.client.auth", "none")
                .containsKey("listener.name.client-out.scram-sha-512.sasl.jaas.config")
                .doesNotContainKey("listener.name.client-plain.sasl.enabled.mechanisms");
    }

    @Test
    void certificatesOfClientsAreOfACaThatNodesDoNotTrustAmongThemselves() {
        assertThat(node("orders-broker-0", Map.of()).kafkaProperties())
                .containsEntry("listener.name.client-mutual.ssl.client.auth", "required")
                .containsEntry("listener.name.client-mutual.ssl.truststore.location", "/tls/clients-ca.crt")
                .containsEntry(
                        "listener.name.client-mutual.ssl.principal.mapping.rules", NodePrincipals.CLIENT_MAPPING_RULES)
                .containsEntry("millrace.tls.trusted", "/tls/ca.crt")
                .doesNotContainKey("ssl.truststore.location");
    }

    @Test
    void theUsersSettingsWinOverDefaultsAndTheNodesOverTheUsers() {
        var properties = node("orders-broker-0", Map.of("broker.session.timeout.ms", "9000", "node.id", "77"))
                .kafkaProperties();

        assertThat(properties)
                .containsEntry("broker.session.timeout.ms", "9000")
                .containsEntry("node.id", "0");
    }

    @Test
    void aBrokerIsInItsRackAndAControllerInNone() {
        assertThat(node("orders-broker-3", Map.of()).kafkaProperties()).containsEntry("broker.rack", "zone-b");
        assertThat(node("orders-controller-1", settings(List.of(1000, 1001, 1002), Map.of()))
                        .kafkaProperties())
                .doesNotContainKey("broker.rack");
    }

    @Test
    void nodesAndOperatorAreSuperUsersBesidesThoseOfTheUser() {
        assertThat(node("orders-broker-0", Map.of("super.users", "User:admin")).kafkaProperties())
                .containsEntry("super.users", "User:millrace:node;User:millrace:operator;User:admin");
    }

    @Test
    void secretsAreNotPrinted() {
        assertThat(MountedProperties.printable(Map.of("a.password", "hush", "b", "c")))
                .isEqualTo(Map.of("a.password", "[hidden]", "b", "c"));
    }

    private static LogNode node(String pod, Map<String, String> kafka) {
        return node(pod, settings(List.of(0, 1, 2), kafka));
    }

    private static LogNode node(String pod, LogSettings settings) {
        return new LogNode(
                PodName.parse(pod),
                "shop",
                "0.0.0.0",
                settings,
                Map.of("out", "198.18.255.11:31094"),
                Optional.of("zone-b"),
                TlsFiles.ofPod(Path.of("/tls"), pod),
                "/disk/log");
    }

    private static LogSettings settings(List<Integer> controllers, Map<String, String> kafka) {
        return new LogSettings(
                "orders",
                "orders-nodes",
                controllers,
                List.of(
                        new ClientListener(
                                "plain", 9092, ClientListener.Type.INTERNAL, false, ClientListener.Authentication.NONE),
                        new ClientListener(
                                "mutual", 9095, ClientListener.Type.INTERNAL, true, ClientListener.Authentication.TLS),
                        new ClientListener(
                                "out", 9094, ClientListener.Type.NODEPORT, true, ClientListener.Authentication.SCRAM)),
                kafka);
    }
}
