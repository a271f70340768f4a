package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Nodes that are taken out, or lose their power, under the load of both protocols. Clients come in by the node of the first broker: that one stays. */
@Order(85)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@OnOrders
class LossOfNodesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Kube SYSTEM = new Kube("millrace-system");
    private static final String OPERATOR = "deployment/millrace-operator";
    private static final String SPARED = "orders-broker-1";
    private static final String LOST = "orders-broker-2";

    @Test
    @Order(1)
    void nothingConfirmedIsLostWhenANodeIsDrainedAndTheOperatorIsAway() throws Exception {
        try (var admin = Orders.admin()) {
            UnderLoad.change("drained", load -> {
                var node = nodeOf(LOST);
                var before = Orders.KUBE.uid(LOST);

                operators(0);
                try {
                    load.timed("node drained", () -> guide(node, "docs/guides/nodes.md#take-a-node-out"));
                    load.awaitMore();
                    assertThat(Orders.KUBE.uid(LOST)).isNotEqualTo(before);
                    assertThatNoOtherIsDrained();
                } finally {
                    operators(1);
                }

                load.timed("node given back", () -> giveBack(node, admin));
            });
        }
    }

    @Test
    @Order(2)
    void nothingConfirmedIsLostWhenANodeLosesItsPower() throws Exception {
        try (var admin = Orders.admin()) {
            UnderLoad.change("unplugged", load -> {
                var node = nodeOf(LOST);

                load.timed("node without power until status said so", () -> {
                    power("stop", node);
                    load.awaitMore();
                    Orders.KUBE.awaitStatus("BrokerCluster", "orders", "2/3", "ready");
                });
                assertThat(Orders.BROKERS.status("state")).isEqualTo("BrokersMissing");
                load.awaitMore();

                load.timed("power given back", () -> {
                    power("start", node);
                    settle(admin);
                });
            });
        }
    }

    /** Who drains one node after the other waits by himself: no second broker is evicted while one is away. */
    private static void assertThatNoOtherIsDrained() {
        var node = nodeOf(SPARED);
        var before = Orders.KUBE.uid(SPARED);

        var said = Orders.KUBE.kubectl(
                "",
                "drain",
                node,
                "--pod-selector=millrace.io/cluster=orders",
                "--delete-emptydir-data",
                "--timeout=8s");
        Orders.KUBE.must("", "uncordon", node);

        assertThat(said.status()).isNotZero();
        assertThat(said.text()).contains("disruption budget");
        assertThat(Orders.KUBE.uid(SPARED)).isEqualTo(before);
    }

    private static void giveBack(String node, Admin admin) {
        guide(node, "docs/guides/nodes.md#give-it-back");
        settle(admin);
    }

    private static void settle(Admin admin) {
        Orders.awaitInSync(admin);
        Orders.BROKERS.awaitSettled(Orders.PODS.size());
    }

    private static void guide(String node, String section) {
        Walkthrough.in(Orders.KUBE).about("node2", node).run(section);
    }

    private static void operators(int replicas) {
        SYSTEM.must("", "scale", OPERATOR, "--replicas=" + replicas);
        await("the operator to go, or to come")
                .atMost(PATIENCE)
                .until(() -> Kube.CLIENT
                                .pods()
                                .inNamespace(SYSTEM.namespace())
                                .list()
                                .getItems()
                                .size()
                        == replicas);
    }

    private static String nodeOf(String pod) {
        return Kube.CLIENT
                .pods()
                .inNamespace(Orders.KUBE.namespace())
                .withName(pod)
                .require()
                .getSpec()
                .getNodeName();
    }

    /** All that runs on the node ends at once; what was written stays. */
    private static void power(String what, String node) {
        var said = Kube.run(List.of(Docs.CHECKOUT.resolve("e2e/cluster/node").toString(), what, node), "");
        assertThat(said.status()).as(said.text()).isZero();
    }
}
