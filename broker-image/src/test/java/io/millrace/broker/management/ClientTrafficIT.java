package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.millrace.broker.launcher.StandaloneBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes over connections and through channels, as the management API counts it. */
@Timeout(120)
class ClientTrafficIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int BODY_BYTES = 10_000;

    private static StandaloneBroker broker;
    private static ManagementClient guest;

    private Connection connection;
    private Channel channel;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        broker = new StandaloneBroker(data);
        guest = new ManagementClient(broker.httpPort(), "guest", "guest");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void connect() throws Exception {
        connection = connectTo("/");
        channel = connection.createChannel();
        channel.confirmSelect();
    }

    @AfterEach
    void disconnect() throws Exception {
        connection.close();
        await().atMost(PATIENCE).until(() -> list("/api/connections").isEmpty());
    }

    private static Connection connectTo(String vhost) throws Exception {
        return factory(vhost).newConnection();
    }

    private static ConnectionFactory factory(String vhost) {
        var factory = new ConnectionFactory();
        factory.setPort(broker.amqpPort());
        factory.setVirtualHost(vhost);
        return factory;
    }

    private static JsonNode list(String path) {
        return guest.get(path).json();
    }

    private void publish(String queue, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            channel.basicPublish("", queue, null, new byte[BODY_BYTES]);
        }
        channel.waitForConfirmsOrDie(PATIENCE.toMillis());
    }

    private static JsonNode connectionStats() {
        return list("/api/connections").get(0);
    }

    private static JsonNode channelStats() {
        return list("/api/channels").get(0).path("message_stats");
    }

    @Test
    void aConnectionCountsTheOctetsOfItsSocket() throws Exception {
        channel.queueDeclare("octets", true, false, false, Map.of());
        var before = connectionStats();
        assertThat(before.path("recv_oct").asLong()).isPositive();
        assertThat(before.path("send_oct").asLong()).isPositive();

        publish("octets", 5);
        for (int i = 0; i < 3; i++) {
            channel.basicGet("octets", true);
        }

        var after = connectionStats();
        assertThat(more(before, after, "recv_oct")).isBetween(5L * BODY_BYTES, 5L * BODY_BYTES + 2_000);
        assertThat(more(before, after, "send_oct")).isBetween(3L * BODY_BYTES, 3L * BODY_BYTES + 2_000);
        assertThat(more(before, after, "recv_cnt")).isPositive();
        assertThat(more(before, after, "send_cnt")).isPositive();
        assertThat(after.path("send_pend").asLong(-1)).isZero();
        assertThat(after.path("recv_oct_details").path("rate").isNumber()).isTrue();
        assertThat(list("/api/vhosts/%2F/connections").get(0).path("recv_oct")).isEqualTo(after.path("recv_oct"));
        var name = ManagementClient.encoded(after.path("name").asText());
        assertThat(list("/api/connections/" + name).path("send_oct")).isEqualTo(after.path("send_oct"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        connectionStats().path("recv_oct_details").path("rate").asDouble())
                .isPositive());
    }

    private static long more(JsonNode before, JsonNode after, String field) {
        return after.path(field).asLong() - before.path(field).asLong();
    }

    @Test
    void octetsOfAVirtualHostAreThoseOfAllItsConnectionsAlsoOfThoseThatAreGone() throws Exception {
        guest.put("/api/vhosts/busy", "{}");
        assertThat(list("/api/vhosts/busy").path("recv_oct").asLong(-1)).isZero();
        try (var other = connectTo("busy")) {
            var publisher = other.createChannel();
            publisher.basicPublish("amq.fanout", "", null, new byte[BODY_BYTES]);
            publisher.close();
        }

        var busy = list("/api/vhosts/busy");

        assertThat(busy.path("recv_oct").asLong()).isGreaterThan(BODY_BYTES);
        assertThat(busy.path("send_oct").asLong()).isPositive().isLessThan(BODY_BYTES);
        assertThat(busy.path("send_oct_details").path("rate").isNumber()).isTrue();
        assertThat(list("/api/vhosts?name=busy&page=1").path("items").get(0).path("recv_oct"))
                .isEqualTo(busy.path("recv_oct"));
        assertThat(list("/api/vhosts/busy?disable_stats=true").has("recv_oct")).isFalse();
    }

    /** The client takes a thousand messages in advance, and the kernel some megabytes. */
    @Test
    void whatAClientDoesNotReadIsPending() throws Exception {
        channel.queueDeclare("pending", true, false, false, Map.of());
        publish("pending", 2_000);
        var stop = new CountDownLatch(1);
        var factory = factory("/");
        factory.setSocketConfigurator(socket -> socket.setReceiveBufferSize(BODY_BYTES));
        try (var slow = factory.newConnection()) {
            slow.createChannel().basicConsume("pending", true, (tag, message) -> stop(stop), tag -> {});

            await().atMost(PATIENCE).until(() -> list("/api/connections").findValues("send_pend").stream()
                    .anyMatch(pending -> pending.asLong() > 0));
            stop.countDown();
            await().atMost(PATIENCE).until(() -> list("/api/connections").findValues("send_pend").stream()
                    .allMatch(pending -> pending.asLong() == 0));
        }
    }

    private static void stop(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aChannelTellsPublishesAndConfirmsAndWhatWasNotRouted() throws Exception {
        channel.queueDeclare("routed", true, false, false, Map.of());
        publish("routed", 3);
        publish("nowhere", 2);
        channel.basicPublish("", "nowhere", true, null, new byte[1]);
        channel.waitForConfirmsOrDie(PATIENCE.toMillis());

        var stats = channelStats();

        assertThat(stats.path("publish").asLong()).isEqualTo(6);
        assertThat(stats.path("confirm").asLong()).isEqualTo(6);
        assertThat(stats.path("drop_unroutable").asLong()).isEqualTo(2);
        assertThat(stats.path("return_unroutable").asLong()).isEqualTo(1);
        assertThat(stats.path("publish_details").path("rate").isNumber()).isTrue();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        channelStats().path("confirm_details").path("rate").asDouble())
                .isPositive());
        var name = ManagementClient.encoded(
                list("/api/channels").get(0).path("name").asText());
        assertThat(list("/api/channels/" + name)
                        .path("message_stats")
                        .path("publish")
                        .asLong())
                .isEqualTo(6);
    }

    @Test
    void aChannelTellsByWhichWayMessagesWentOutAndWhatWasAcknowledged() throws Exception {
        channel.queueDeclare("ways", true, false, false, Map.of());
        publish("ways", 6);
        var got = channel.basicGet("ways", false).getEnvelope().getDeliveryTag();
        channel.basicNack(got, false, true);
        channel.basicAck(channel.basicGet("ways", false).getEnvelope().getDeliveryTag(), false);
        channel.basicGet("ways", true);
        channel.basicQos(2);
        var holds = channel.basicConsume("ways", false, (tag, message) -> {}, tag -> {});
        await().atMost(PATIENCE).until(() -> channelStats().path("deliver").asLong() == 2);
        channel.basicAck(0, true);
        await().atMost(PATIENCE).until(() -> channelStats().path("deliver").asLong() == 4);
        channel.basicCancel(holds);
        channel.basicConsume("ways", true, (tag, message) -> {}, tag -> {});
        channel.basicNack(0, true, true);
        await().atMost(PATIENCE)
                .until(() -> channelStats().path("deliver_no_ack").asLong() == 2);
        assertThat(channel.basicGet("ways", true)).isNull();

        var stats = channelStats();

        assertThat(stats.path("get").asLong()).isEqualTo(2);
        assertThat(stats.path("get_no_ack").asLong()).isEqualTo(1);
        assertThat(stats.path("get_empty").asLong()).isEqualTo(1);
        assertThat(stats.path("deliver_get").asLong()).isEqualTo(9);
        assertThat(stats.path("redeliver").asLong()).isEqualTo(3);
        assertThat(stats.path("ack").asLong()).isEqualTo(3);
    }

    @Test
    void whatATransactionHoldsBackCountsWhenItCommits() throws Exception {
        channel.queueDeclare("committed", true, false, false, Map.of());
        publish("committed", 1);
        channel.close();
        channel = connection.createChannel();
        channel.txSelect();
        channel.basicPublish("", "committed", new AMQP.BasicProperties(), new byte[1]);
        channel.basicAck(channel.basicGet("committed", false).getEnvelope().getDeliveryTag(), false);
        var before = channelStats();
        channel.txCommit();

        assertThat(before.path("publish").asLong(-1)).isZero();
        assertThat(before.path("ack").asLong(-1)).isZero();
        assertThat(channelStats().path("publish").asLong()).isEqualTo(1);
        assertThat(channelStats().path("ack").asLong()).isEqualTo(1);
    }
}
