package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Streams on three queue layers and one log: every pod reads for its own clients, whoever owns the slot. */
class StreamClusterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<String, Object> STREAM = Map.of("x-queue-type", "stream");
    private static final int MESSAGES = 2_000;
    private static final ThreePods PODS = new ThreePods();

    @BeforeAll
    static void start() throws Exception {
        PODS.start();
    }

    @AfterAll
    static void stop() {
        PODS.close();
    }

    private static Connection connect(int pod) throws Exception {
        var factory = new ConnectionFactory();
        factory.setPort(PODS.amqpPort(pod));
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }

    private static List<String> read(Connection connection, String stream, Object offset) throws Exception {
        var got = new CopyOnWriteArrayList<String>();
        var channel = connection.createChannel();
        channel.basicQos(100);
        channel.basicConsume(
                stream,
                false,
                Map.of("x-stream-offset", offset),
                (DeliverCallback) (tag, delivery) -> {
                    got.add(new String(delivery.getBody(), StandardCharsets.UTF_8));
                    channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                },
                tag -> got.add("cancelled"));
        return got;
    }

    private static List<String> bodies(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
    }

    private static void publish(Channel channel, String stream, int from, int to) throws Exception {
        channel.confirmSelect();
        for (int i = from; i < to; i++) {
            channel.basicPublish("", stream, null, ("m" + i).getBytes(StandardCharsets.UTF_8));
        }
        channel.waitForConfirmsOrDie(PATIENCE.toMillis());
    }

    @Test
    void consumersOnAllPodsReadEverythingInOrder() throws Exception {
        var stream = PODS.queueOwnedBy("read", "pod-2");
        try (var one = connect(0);
                var two = connect(1);
                var three = connect(2)) {
            var out = one.createChannel();
            out.queueDeclare(stream, true, false, false, STREAM);
            var early = read(two, stream, "first");
            publish(out, stream, 0, MESSAGES);
            var late = read(three, stream, "first");
            var fromTheMiddle = read(one, stream, MESSAGES / 2);

            await().atMost(PATIENCE)
                    .until(() -> early.size() == MESSAGES
                            && late.size() == MESSAGES
                            && fromTheMiddle.size() == MESSAGES / 2);
            assertThat(early).isEqualTo(bodies(0, MESSAGES));
            assertThat(late).isEqualTo(bodies(0, MESSAGES));
            assertThat(fromTheMiddle).isEqualTo(bodies(MESSAGES / 2, MESSAGES));
            assertThat(three.createChannel().queueDeclarePassive(stream).getMessageCount())
                    .isEqualTo(MESSAGES);
        }
    }

    @Test
    void anotherPodThatDeletesAStreamCancelsItsConsumers() throws Exception {
        try (var one = connect(0);
                var two = connect(1)) {
            one.createChannel().queueDeclare("deleted", true, false, false, STREAM);
            var got = read(two, "deleted", "first");

            one.createChannel().queueDelete("deleted");

            await().atMost(PATIENCE).until(() -> got.contains("cancelled"));
        }
    }
}
