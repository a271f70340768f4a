package io.millrace.e2e;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Connections of RabbitMQ's Java client, as user {@code app}. */
final class Messages {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Messages() {}

    static Connection connect() throws IOException, TimeoutException {
        return factory("app", Orders.KUBE.secret("app-credentials", "password")).newConnection();
    }

    static ConnectionFactory factory(String user, String password) {
        var address = Orders.external("amqp");
        var factory = new ConnectionFactory();
        factory.setHost(address.substring(0, address.lastIndexOf(':')));
        factory.setPort(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
        factory.setUsername(user);
        factory.setPassword(password);
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
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

    static String text(Delivery delivery) {
        return new String(delivery.getBody(), StandardCharsets.UTF_8);
    }

    static long tag(Delivery delivery) {
        return delivery.getEnvelope().getDeliveryTag();
    }
}
