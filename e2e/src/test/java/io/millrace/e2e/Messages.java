package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Connections of RabbitMQ's Java client, as user {@code app}. */
final class Messages {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Messages() {}

    static Connection connect() throws IOException, TimeoutException {
        return factory("app", Orders.BROKERS.password("app")).newConnection();
    }

    static ConnectionFactory factory(String user, String password) {
        return Brokers.amqp(Orders.BROKERS.external("amqp"), user, password);
    }

    /** Publishes a persistent message and waits until it is confirmed. */
    static void publish(Channel channel, String exchange, String routingKey, String body) throws Exception {
        publish(channel, exchange, routingKey, MessageProperties.PERSISTENT_TEXT_PLAIN, body);
    }

    static void publish(
            Channel channel, String exchange, String routingKey, AMQP.BasicProperties properties, String body)
            throws Exception {
        channel.confirmSelect();
        channel.basicPublish(exchange, routingKey, properties, body.getBytes(StandardCharsets.UTF_8));
        channel.waitForConfirmsOrDie(PATIENCE.toMillis());
    }

    /** Consumes into a queue of its own; nothing is acknowledged. */
    static BlockingQueue<Delivery> consume(Channel channel, String queue) throws IOException {
        var deliveries = new LinkedBlockingQueue<Delivery>();
        channel.basicConsume(queue, false, (tag, delivery) -> deliveries.add(delivery), tag -> {});
        return deliveries;
    }

    static Delivery next(BlockingQueue<Delivery> deliveries) throws InterruptedException {
        var delivery = deliveries.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (delivery == null) {
            throw new AssertionError("nothing came within " + PATIENCE);
        }
        return delivery;
    }

    /** Takes one message out of a queue, as soon as there is one. */
    static String take(Channel channel, String queue) {
        var got = await("a message in " + queue)
                .atMost(PATIENCE)
                .until(() -> channel.basicGet(queue, true), Objects::nonNull);
        return new String(got.getBody(), StandardCharsets.UTF_8);
    }

    /** Publishes a message and takes it out of the queue it is routed to. */
    static void through(Connection connection, String exchange, String routingKey, String queue) throws Exception {
        var body = UUID.randomUUID().toString();
        try (var channel = connection.createChannel()) {
            publish(channel, exchange, routingKey, body);
            assertThat(take(channel, queue)).isEqualTo(body);
        }
    }

    static String text(Delivery delivery) {
        return new String(delivery.getBody(), StandardCharsets.UTF_8);
    }

    static long tag(Delivery delivery) {
        return delivery.getEnvelope().getDeliveryTag();
    }
}
