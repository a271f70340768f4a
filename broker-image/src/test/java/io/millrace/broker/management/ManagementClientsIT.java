package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.broker.launcher.StandaloneBroker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.StreamSupport;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the management API shows of clients and of what they do. */
@Timeout(120)
class ManagementClientsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

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
        var factory = new ConnectionFactory();
        factory.setPort(broker.amqpPort());
        connection = factory.newConnection("the shop");
        channel = connection.createChannel();
    }

    @AfterEach
    void disconnect() throws Exception {
        try {
            connection.close();
        } catch (AlreadyClosedException e) {
            assertThat(e.isHardError()).isTrue(); // a test has ended it
        }
        await().atMost(PATIENCE).until(() -> list("/api/connections").isEmpty());
    }

    private static JsonNode list(String path) {
        return guest.get(path).json();
    }

    private static String only(String kind) {
        assertThat(list("/api/" + kind)).hasSize(1);
        return ManagementClient.encoded(list("/api/" + kind).get(0).path("name").asText());
    }

    @Test
    void aConnectionIsShownWithWhatWasAgreedOnAndWhatTheClientSaysOfItself() {
        var shown = list("/api/connections").get(0);

        assertThat(shown.path("user").asText()).isEqualTo("guest");
        assertThat(shown.path("vhost").asText()).isEqualTo("/");
        assertThat(shown.path("channels").asInt()).isEqualTo(1);
        assertThat(shown.path("peer_host").asText()).isNotEmpty();
        assertThat(shown.path("port").asInt()).isEqualTo(broker.amqpPort());
        assertThat(shown.path("user_provided_name").asText()).isEqualTo("the shop");
        assertThat(shown.path("client_properties").path("product").asText()).isEqualTo("RabbitMQ");
        assertThat(shown.path("channel_max").asInt()).isEqualTo(connection.getChannelMax());
        assertThat(shown.path("frame_max").asInt()).isEqualTo(connection.getFrameMax());
        assertThat(shown.path("timeout").asInt()).isEqualTo(connection.getHeartbeat());
        assertThat(Instant.ofEpochMilli(shown.path("connected_at").asLong()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(guest.get("/api/connections/" + only("connections")).json()).isEqualTo(shown);
        assertThat(list("/api/connections/username/guest")).hasSize(1);
        assertThat(list("/api/connections/username/nobody")).isEmpty();
        assertThat(list("/api/vhosts/%2F/connections")).hasSize(1);
    }

    @Test
    void aChannelIsShownWithWhatItWaitsForAndItsConsumers() throws Exception {
        channel.queueDeclare("held", true, false, false, Map.of());
        channel.basicQos(7);
        channel.basicConsume(
                "held", false, "taker", false, false, Map.of("x-priority", 3), (tag, message) -> {}, tag -> {});
        publish("held", 2);

        await().atMost(PATIENCE)
                .until(() -> list("/api/channels")
                                .get(0)
                                .path("messages_unacknowledged")
                                .asInt()
                        == 2);
        var shown = guest.get("/api/channels/" + only("channels")).json();
        assertThat(shown.path("prefetch_count").asInt()).isEqualTo(7);
        assertThat(shown.path("confirm").asBoolean()).isTrue();
        assertThat(shown.path("transactional").asBoolean()).isFalse();
        assertThat(shown.path("messages_unconfirmed").asInt()).isZero();
        assertThat(shown.path("connection_details").path("name").asText())
                .isEqualTo(list("/api/connections").get(0).path("name").asText());
        assertThat(list("/api/connections/" + only("connections") + "/channels"))
                .hasSize(1);

        var consumer = list("/api/consumers/%2F").get(0);
        assertThat(consumer).isEqualTo(shown.path("consumer_details").get(0));
        assertThat(consumer.path("consumer_tag").asText()).isEqualTo("taker");
        assertThat(consumer.path("queue").path("name").asText()).isEqualTo("held");
        assertThat(consumer.path("ack_required").asBoolean()).isTrue();
        assertThat(consumer.path("prefetch_count").asInt()).isEqualTo(7);
        assertThat(consumer.path("arguments").path("x-priority").asInt()).isEqualTo(3);
        channel.basicCancel("taker");
        await().atMost(PATIENCE).until(() -> list("/api/consumers").isEmpty());
    }

    @Test
    void aConnectionIsEndedWithAReason() {
        assertThat(guest.delete("/api/connections/" + only("connections")).status())
                .isEqualTo(204);

        await().atMost(PATIENCE).until(() -> !connection.isOpen());
        ShutdownSignalException end = connection.getCloseReason();
        assertThat(end.getMessage()).contains("320", "CONNECTION_FORCED - Closed via management plugin");
    }

    @Test
    void theConnectionsOfAUserWhoIsDeletedEnd() throws Exception {
        guest.put("/api/users/leaver", "{'password':'x','tags':''}");
        guest.put("/api/permissions/%2F/leaver", "{'configure':'.*','write':'.*','read':'.*'}");
        var leavers = connect("leaver", "x", "/");

        guest.delete("/api/users/leaver");

        assertThat(reasonOfEnd(leavers)).contains("320", "CONNECTION_FORCED - user 'leaver' is deleted");
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void theConnectionsToAVirtualHostThatIsDeletedEnd() throws Exception {
        guest.put("/api/vhosts/passing", "{}");
        guest.put("/api/permissions/passing/guest", "{'configure':'.*','write':'.*','read':'.*'}");
        var guests = connect("guest", "guest", "passing");

        guest.delete("/api/vhosts/passing");

        assertThat(reasonOfEnd(guests)).contains("320", "CONNECTION_FORCED - vhost 'passing' is deleted");
        assertThat(connection.isOpen()).isTrue();
    }

    private static Connection connect(String user, String password, String vhost) throws Exception {
        var factory = new ConnectionFactory();
        factory.setPort(broker.amqpPort());
        factory.setUsername(user);
        factory.setPassword(password);
        factory.setVirtualHost(vhost);
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }

    private static String reasonOfEnd(Connection connection) {
        await().atMost(PATIENCE).until(() -> !connection.isOpen());
        return String.valueOf(connection.getCloseReason().getMessage());
    }

    @Test
    void othersSeeAndEndTheirOwnConnectionsOnly() {
        guest.put("/api/users/other", "{'password':'x','tags':'management'}");
        guest.put("/api/users/watcher", "{'password':'x','tags':'monitoring'}");
        var other = new ManagementClient(broker.httpPort(), "other", "x");
        var watcher = new ManagementClient(broker.httpPort(), "watcher", "x");
        var path = "/api/connections/" + only("connections");

        assertThat(other.get("/api/connections").json()).isEmpty();
        assertThat(other.delete(path).status()).isEqualTo(404);
        assertThat(watcher.get("/api/connections").json()).hasSize(1);
        assertThat(watcher.delete(path).status()).isEqualTo(401);
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void aQueueTellsHowMuchGoesThroughItAndHowFast() throws Exception {
        channel.queueDeclare("flow", true, false, false, Map.of());
        // What comes before the queue has an owner is not counted by it.
        await().atMost(PATIENCE).until(() -> list("/api/queues/%2F/flow").has("messages_ready"));
        publish("flow", 5);
        channel.basicAck(channel.basicGet("flow", false).getEnvelope().getDeliveryTag(), false);

        await().atMost(PATIENCE).untilAsserted(() -> {
            var stats = list("/api/queues/%2F/flow").path("message_stats");
            assertThat(stats.path("publish").asInt()).isEqualTo(5);
            assertThat(stats.path("deliver_get").asInt()).isEqualTo(1);
            assertThat(stats.path("redeliver").asInt()).isZero();
            assertThat(stats.path("ack").asInt()).isEqualTo(1);
            assertThat(stats.path("publish_details").path("rate").asDouble()).isPositive();
        });
        assertThat(list("/api/overview").path("message_stats").path("publish").asInt())
                .isGreaterThanOrEqualTo(5);
    }

    @Test
    void queuesComeInPagesAsKedaAndOthersAskForThem() throws Exception {
        for (int i = 1; i <= 3; i++) {
            channel.queueDeclare("page-" + i, true, false, false, Map.of());
        }
        publish("page-2", 2);
        var pages = "/api/queues/%2F?page=1&use_regex=true&pagination=false&page_size=2&name=%5Epage-";

        var page = list(pages);

        assertThat(names(page.path("items"))).containsExactly("page-1", "page-2");
        assertThat(page.path("filtered_count").asInt()).isEqualTo(3);
        assertThat(page.path("page_count").asInt()).isEqualTo(2);
        assertThat(page.path("items").get(1).path("messages").asInt()).isEqualTo(2);
        assertThat(names(list(pages + "&sort=messages&sort_reverse=true").path("items")))
                .startsWith("page-2");
        assertThat(list(pages + "&columns=name").path("items").get(0)).hasSize(1);
        assertThat(guest.get(pages.replace("page=1", "page=3")).status()).isEqualTo(400);
    }

    @Test
    void nothingIsLeftOfQueuesThatAreGone() throws Exception {
        long before = queuesInMemory();
        for (int i = 0; i < 20; i++) {
            channel.queueDeclare("gone-" + i, true, false, false, Map.of());
            publish("gone-" + i, 1);
            channel.queueDelete("gone-" + i);
        }

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(queuesInMemory()).isLessThanOrEqualTo(before));
    }

    /** What this process has left of owned queues after a collection of garbage. */
    private static long queuesInMemory() throws JMException {
        var histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {null},
                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .filter(line -> line.endsWith("cluster.OwnedQueue"))
                .map(line -> line.strip().split("\\s+"))
                .mapToLong(columns -> Long.parseLong(columns[1]))
                .sum();
    }

    private void publish(String queue, int count) throws Exception {
        channel.confirmSelect();
        for (int i = 0; i < count; i++) {
            channel.basicPublish("", queue, null, ("message " + i).getBytes(StandardCharsets.UTF_8));
        }
        channel.waitForConfirmsOrDie(PATIENCE.toMillis());
    }

    private static Iterable<String> names(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(element -> element.path("name").asText())
                .toList();
    }
}
