package io.millrace.broker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodNameTest {
    @ParameterizedTest
    @CsvSource({
        "orders-broker-0, orders, 0",
        "orders-broker-12, orders, 12",
        "orders-controller-0, orders, 1000",
        "orders-controller-2, orders, 1002",
        "a-broker-b-broker-1, a-broker-b, 1"
    })
    void tellsTheClusterAndTheNodeId(String name, String cluster, int nodeId) {
        var pod = PodName.parse(name);

        assertThat(pod.cluster()).isEqualTo(cluster);
        assertThat(pod.nodeId()).isEqualTo(nodeId);
        assertThat(PodName.ofNode(cluster, nodeId)).isEqualTo(pod).hasToString(name);
        assertThat(PodName.of(name)).contains(pod);
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "orders-0", "-broker-0", "orders-broker-", "orders-broker-x"})
    void refusesOtherNames(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PodName.parse(name))
                .withMessageContaining(name);
        assertThat(PodName.of(name)).isEmpty();
    }

    @Test
    void nodeIdsOfControllersBeginAtAThousand() {
        assertThat(PodName.ofNode("orders", 999).role()).isEqualTo(PodName.Role.BROKER);
        assertThat(PodName.ofNode("orders", 1000).role()).isEqualTo(PodName.Role.CONTROLLER);
    }
}
