package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Order(46)
@ExtendWith(Orders.class)
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

    private static Connection connectTo(String pod) throws Exception {
        var address = pod + ".orders-nodes." + Orders.KUBE.namespace() + ".svc:5672";
        return Brokers.amqp(address, "app", Orders.BROKERS.password("app")).newConnection();
    }
}
