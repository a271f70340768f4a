package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Which pod a client is connected to does not matter. */
@Order(46)
@OnOrders
class AnyPodIT {
    @Test
    void publisherConsumerAndOwnerMayBeOnThreePods() throws Exception {
        Orders.queue("spread");
        var owner = Orders.owner("spread");
        var others = Orders.PODS.stream().filter(pod -> !pod.equals(owner)).toList();
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

            await().atMost(Duration.ofMinutes(2)).until(() -> got.size() >= sent.size());
            assertThat(got).containsExactlyElementsOf(sent);
            assertThat(Stream.of(others.get(0), others.get(1), Orders.owner("spread"))
                            .distinct())
                    .hasSize(3);
        }
    }

    @Test
    void anyPodTellsOfTheClientsOfAll() throws Exception {
        var open = new ArrayList<Connection>();
        try {
            for (var pod : Orders.PODS) {
                open.add(connectTo(pod));
            }

            assertThat(told("/api/nodes", "name")).containsExactlyInAnyOrderElementsOf(Orders.PODS);
            assertThat(told("/api/nodes", "running")).containsOnly("true");
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(told("/api/connections", "node"))
                    .containsAll(Orders.PODS));
        } finally {
            for (var connection : open) {
                connection.close();
            }
        }
    }

    /** A field of each element of a list, as whichever pod answers has it. */
    private static List<String> told(String path, String field) throws Exception {
        var said = Brokers.http(
                Orders.BROKERS.external("management"), "viewer", Orders.BROKERS.password("viewer"), "GET", path, "");
        assertThat(said.statusCode()).as(said.body()).isEqualTo(200);
        return new ObjectMapper().readTree(said.body()).findValuesAsText(field);
    }

    private static Connection connectTo(String pod) throws Exception {
        var address = pod + ".orders-nodes." + Orders.KUBE.namespace() + ".svc:5672";
        return Brokers.amqp(address, "app", Orders.BROKERS.password("app")).newConnection();
    }
}
