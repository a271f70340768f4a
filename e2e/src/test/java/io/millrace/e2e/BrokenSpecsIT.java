package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Order(50)
@OnOrders
class BrokenSpecsIT {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BrokerCluster | {replicas: 2, storage: {size: 1Gi}} | cannot lose a broker",
                "Topic | {cluster: {name: orders}, topicName: q.mine} | are internal",
                "Topic | {cluster: {name: orders}, replicas: 1, minInSyncReplicas: 2} | may not exceed spec.replicas",
                "Queue | {cluster: {name: orders}, arguments: {x-message-ttl: 5}} | has a field of its own: use spec.type, messageTtl",
                "Exchange | {cluster: {name: orders}, type: topic, exchangeName: amq.mine} | choose another name",
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

        Orders.KUBE.awaitNotReady("Topic", "lonely", "ClusterNotFound");
        Orders.KUBE.delete("topic.millrace.io/lonely");
        assertThat(Orders.KUBE.get("Topic", "lonely")).isEmpty();
    }

    @Test
    void aQueueThatExistsDifferentlySaysWhatToDoAndIsReadyOnceThatIsDone() throws Exception {
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            channel.queueDeclare("taken", true, false, false, Map.of("x-message-ttl", 60_000));
            Orders.KUBE.apply("""
                    apiVersion: millrace.io/v1alpha1
                    kind: Queue
                    metadata: { name: taken }
                    spec: { cluster: { name: orders } }
                    """);

            var message = Orders.KUBE.awaitNotReady("Queue", "taken", "ForbiddenChange");
            assertThat(message).contains("x-message-ttl", "delete it, or name another queue");

            channel.queueDelete("taken");
            Orders.KUBE.awaitReady("Queue/taken");
        }
    }

    @Test
    void anExchangeBoundToOneThatIsNotThereNamesIt() {
        Orders.KUBE.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: Exchange
                metadata: { name: thirsty }
                spec:
                  cluster: { name: orders }
                  type: fanout
                  bindings: [{ exchange: dry-well }]
                """);

        assertThat(Orders.KUBE.awaitNotReady("Exchange", "thirsty", "SourceNotFound"))
                .contains("there is no exchange dry-well");
    }
}
