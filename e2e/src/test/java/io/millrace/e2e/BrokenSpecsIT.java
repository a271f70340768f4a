package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Order(50)
@ExtendWith(Orders.class)
class BrokenSpecsIT {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BrokerCluster | {replicas: 2, storage: {size: 1Gi}} | cannot lose a broker",
                "Topic | {cluster: {name: orders}, topicName: q.mine} | are internal",
                "Topic | {cluster: {name: orders}, replicas: 1, minInSyncReplicas: 2} | may not exceed spec.replicas",
                "ConsumerGroup | {cluster: {name: orders}, lag: {warn: 9, critical: 1}} | spec.lag.warn may not exceed",
                "User | {cluster: {name: orders}, access: [{resource: topic, allow: [read]}]} | name is missing",
            })
    void aBrokenSpecIsRefusedWithASentence(String kind, String spec, String sentence) {
        var said = Orders.KUBE.tryApply("""
                apiVersion: millrace.io/v1alpha1
                kind: %s
                metadata: { name: broken }
                spec: %s
                """.formatted(kind, spec));

        assertThat(said.status()).isNotZero();
        assertThat(said.text()).contains(sentence);
    }

    @Test
    void anObjectOfAClusterThatIsNotThereSaysSo() {
        Orders.KUBE.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: Topic
                metadata: { name: lonely }
                spec: { cluster: { name: nowhere } }
                """);

        await().atMost(Duration.ofMinutes(1))
                .until(() -> Orders.KUBE.condition("Topic", "lonely", "Ready"), "False"::equals);
        assertThat(Orders.KUBE.reason("Topic", "lonely")).isEqualTo("ClusterNotFound");
        Orders.KUBE.kubectl("", "delete", "topic", "lonely", "--timeout=60s");
        assertThat(Orders.KUBE.get("Topic", "lonely")).isEmpty();
    }
}
