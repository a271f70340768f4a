package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Order(55)
@OnOrders
class BrokerClusterIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void aServiceThatIsDeletedAndSettingsThatAreEditedComeBackAndNoBrokerIsRestarted() {
        Orders.queue("undisturbed");
        var pods = Orders.podUids();
        var settings = settings().getData();

        Orders.KUBE.must("", "delete", "service", "orders-amqp");
        var edit = "{\"data\": {\"log.properties\": \"message.max.bytes=1\"}}";
        Orders.KUBE.must("", "patch", "configmap", "orders-broker", "--patch", edit);

        await("the settings").atMost(PATIENCE).until(() -> settings().getData(), settings::equals);
        // Its port is another one now; the status says which.
        await("a message through the Service")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> {
                    try (var connection = Messages.connect()) {
                        Messages.through(connection, "", "undisturbed", "undisturbed");
                        return true;
                    }
                });
        Orders.KUBE.awaitReady("BrokerCluster/orders");
        assertThat(Orders.podUids()).isEqualTo(pods);
    }

    /** A JVM that cannot use the cache says nothing and starts without it, in twice the time. */
    @ParameterizedTest
    @ValueSource(strings = {"log", "queues"})
    void brokersRunWithWhatTheirJvmWroteDownOfItsStart(String container) {
        var maps = Orders.KUBE.must(
                "", "exec", Orders.PODS.getFirst(), "--container", container, "--", "cat", "/proc/1/maps");

        assertThat(maps).contains("/app/broker.aot");
    }

    /** Nobody has asked for it: that is what a cluster has where nodes are labelled. */
    @Test
    void brokersAreInTheZonesOfTheirNodes() throws Exception {
        try (var admin = Orders.admin()) {
            var racks = admin.describeCluster().nodes().get().stream()
                    .sorted(Comparator.comparing(Node::id))
                    .map(node -> Optional.ofNullable(node.rack()))
                    .toList();

            assertThat(racks)
                    .isEqualTo(Orders.PODS.stream().map(BrokerClusterIT::zone).toList());
        }
    }

    private static Optional<String> zone(String pod) {
        var node = Kube.CLIENT
                .pods()
                .inNamespace(Orders.KUBE.namespace())
                .withName(pod)
                .require()
                .getSpec()
                .getNodeName();
        var meta = Kube.CLIENT.nodes().withName(node).require().getMetadata();
        return Optional.ofNullable(meta.getLabels().get("topology.kubernetes.io/zone"));
    }

    private static ConfigMap settings() {
        return Kube.CLIENT
                .configMaps()
                .inNamespace(Orders.KUBE.namespace())
                .withName("orders-broker")
                .require();
    }
}
