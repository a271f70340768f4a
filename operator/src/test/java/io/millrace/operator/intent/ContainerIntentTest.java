package io.millrace.operator.intent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.millrace.operator.fixture.Specs;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerIntentTest {

    @Test
    void aBrokerThatNothingIsSaidOfIsGuaranteedWhatASmallHeapNeeds() {
        var cluster = Specs.orders("replicas: 3\nstorage: {size: 1Gi}\n");

        assertThat(cluster.log().requests()).isEqualTo(amounts("200m", "768Mi"));
        assertThat(cluster.queueLayer().requests()).isEqualTo(amounts("100m", "640Mi"));
        assertThat(cluster.log().limits()).isEmpty();
        assertThat(cluster.log().javaOptions()).containsExactly("-Xms256m", "-Xmx512m");
    }

    @Test
    void whoNamesAnyResourcesOfAContainerNamesAllOfThem() {
        var cluster = Specs.orders("""
                replicas: 3
                storage: {size: 1Gi}
                resources: {log: {limits: {memory: 4Gi}}, queues: {}}
                """);

        // What is not requested is Kubernetes' to fill in: as much as the limit.
        assertThat(cluster.log().requests()).isEmpty();
        assertThat(cluster.log().limits()).isEqualTo(Map.of("memory", new Quantity("4Gi")));
        assertThat(cluster.log().javaOptions()).containsExactly("-XX:MaxRAMPercentage=60");
        assertThat(cluster.queueLayer().requests()).isEmpty();
    }

    private static Map<String, Quantity> amounts(String cpu, String memory) {
        return Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory));
    }
}
