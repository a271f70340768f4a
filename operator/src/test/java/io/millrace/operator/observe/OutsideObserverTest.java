package io.millrace.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutsideObserverTest {

    @Test
    void servicesOfListenersAndOfBrokersAreKnownByTheirNames() {
        var outside = OutsideObserver.observe(
                "orders",
                Stream.of(service("orders-kafka", 30_000), service("orders-kafka-12", 30_012)),
                Stream.empty());

        assertThat(outside.nodePorts()).isEqualTo(Map.of("kafka", 30_000, "kafka.12", 30_012));
    }

    /** {@code kubectl expose service} copies labels, and labels are all that says whose a Service is. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders-kafka-public",
                "orders-kafka-0-public",
                "orders-kafka-",
                "orders-kafka-00",
                "orders-kafka--1",
                "orders-kafka-99999999999",
                "orderskafka-0",
                "public"
            })
    void serviceThatSomebodyMadeLikeOneOfOursIsNoneOfOurs(String name) {
        var outside = OutsideObserver.observe(
                "orders", Stream.of(service(name, 31_000), service("orders-kafka", 30_000)), Stream.empty());

        assertThat(outside.nodePorts()).isEqualTo(Map.of("kafka", 30_000));
    }

    private static Service service(String name, int nodePort) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withNodePort(nodePort)
                .endPort()
                .endSpec()
                .build();
    }
}
