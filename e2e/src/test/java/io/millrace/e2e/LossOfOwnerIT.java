package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Order(95)
@ExtendWith(Orders.class)
class LossOfOwnerIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> PODS = List.of("orders-broker-0", "orders-broker-1", "orders-broker-2");

    @BeforeAll
    static void applyQueues() {
        for (var name : List.of("spread", "steady")) {
            Orders.KUBE.apply("""
                    apiVersion: millrace.io/v1alpha1
                    kind: Queue
                    metadata: { name: %s }
                    spec: { cluster: { name: orders } }
                    """.formatted(name));
            Orders.KUBE.awaitReady("Queue/" + name);
        }
    }

    /** Who serves the queue, by the object's status. */
    private static String owner(String queue) {
        return await("an owner of " + queue)
                .atMost(PATIENCE)
                .until(
                        () -> Orders.KUBE
                                .get("Queue", queue)
                                .map(object -> object.<String>get("status", "owner"))
                                .orElse(""),
                        PODS::contains);
    }

    @Test
    void publisherConsumerAndOwnerMayBeOnThreePods() throws Exception {
        var owner = owner("spread");
        var others = PODS.stream().filter(pod -> !pod.equals(owner)).toList();
        try (var publisher = connectTo(others.get(0));
                var consumer = connectTo(others.get(1))) {
            var got = new CopyOnWriteArrayList<String>();
            consumer.createChannel()
                    .basicConsume("spread", true, (tag, delivery) -> got.add(Messages.text(delivery)), tag -> {});
            var channel = publisher.createChannel();
            var sent = IntStream.range(0, 100).mapToObj(Integer::toString).toList();
            for (var body : sent) {
                Messages.publish(channel, "", "spread", body);
            }

            await().atMost(PATIENCE).until(() -> got.size() >= sent.size());
            assertThat(got).containsExactlyElementsOf(sent);
            assertThat(Stream.of(others.get(0), others.get(1), owner("spread")).distinct())
                    .hasSize(3);
        }
    }

    private static Connection connectTo(String pod) throws Exception {
        var factory = Messages.factory("app", Orders.KUBE.secret("app-credentials", "password"));
        factory.setHost(Kube.CLIENT
                .pods()
                .inNamespace(Orders.KUBE.namespace())
                .withName(pod)
                .get()
                .getStatus()
                .getPodIP());
        factory.setPort(5672);
        return factory.newConnection();
    }

    @Test
    void noConfirmedMessageIsLostWhenTheOwnerOfItsQueueIsKilled() throws Exception {
        try (var load = new QueueLoad("steady", 400)) {
            load.awaitConfirmed(500);

            killUnderLoad(load, owner("steady"));
            killUnderLoad(load, owner("steady"));

            var ledger = load.drain();
            assertThat(ledger.missing()).isEmpty();
            assertThat(ledger.confirmed()).isGreaterThan(1500);
        }
    }

    /** Kills a pod while messages are in flight, and waits until traffic has gone on and the pod is back. */
    private static void killUnderLoad(QueueLoad load, String pod) {
        await("messages in flight")
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> load.ledger().inFlight() > 0);
        var before = load.ledger().confirmed();
        Orders.KUBE.kill(pod);
        load.awaitConfirmed(before + 500);
        Orders.KUBE.awaitReady("BrokerCluster/orders");
    }
}
