package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.millrace.broker.management.ManagementClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The topic of a queue is flushed at each message while its argument or a policy says so. */
@Timeout(60)
class FsyncIT {
    private static final Map<String, Object> FSYNC = Map.of("x-durability", "fsync");

    private static StandaloneBroker broker;
    private static ManagementClient management;
    private static Admin kafka;

    private Connection connection;
    private Channel channel;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        broker = new StandaloneBroker(data);
        management = new ManagementClient(broker.httpPort(), "guest", "guest");
        kafka = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
    }

    @AfterAll
    static void stop() {
        kafka.close();
        broker.close();
    }

    @BeforeEach
    void connect() throws Exception {
        var factory = new ConnectionFactory();
        factory.setHost("localhost");
        factory.setPort(broker.amqpPort());
        connection = factory.newConnection();
        channel = connection.createChannel();
    }

    @AfterEach
    void disconnect() {
        connection.abort();
    }

    @Test
    void aQueueThatIsDeclaredSoIsFlushedFromItsFirstMessageOn() throws Exception {
        channel.queueDeclare("declared", true, false, false, FSYNC);

        assertThat(flushMessages("q._2f.declared")).contains("1");

        channel.confirmSelect();
        channel.basicPublish("", "declared", MessageProperties.PERSISTENT_BASIC, new byte[1]);
        channel.waitForConfirmsOrDie(10_000);
        assertThat(channel.basicGet("declared", true)).isNotNull();
    }

    @Test
    void aStreamIsFlushedToo() throws Exception {
        channel.queueDeclare("river", true, false, false, Map.of("x-queue-type", "stream", "x-durability", "fsync"));

        assertThat(flushMessages("s._2f.river")).contains("1");
    }

    @Test
    void aQueueThatSaysNothingIsNot() throws Exception {
        channel.queueDeclare("usual", true, false, false, Map.of("x-durability", "replicated"));

        assertThat(flushMessages("q._2f.usual")).isEmpty();
    }

    @Test
    void aPolicyIsFollowedWhenItComesAndWhenItGoes() throws Exception {
        channel.queueDeclare("audit", true, false, false, null);

        put("policies", "audit", "{'pattern': '^audit', 'definition': {'durability': 'fsync'}}");
        await().until(() -> flushMessages("q._2f.audit").equals(Optional.of("1")));
        channel.queueDeclare("audit-later", true, false, false, null);
        assertThat(flushMessages("q._2f.audit-later")).contains("1");

        put("policies", "audit", "{'pattern': '^audit', 'definition': {'durability': 'replicated'}}");
        await().until(() -> flushMessages("q._2f.audit").isEmpty());

        put("operator-policies", "audit", "{'pattern': '^audit', 'definition': {'durability': 'fsync'}}");
        await().until(() -> flushMessages("q._2f.audit").equals(Optional.of("1")));

        management.delete("/api/operator-policies/%2F/audit");
        await().until(() -> flushMessages("q._2f.audit").isEmpty()
                && flushMessages("q._2f.audit-later").isEmpty());
    }

    @Test
    void whatIsUnknownIsRefused() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> channel.queueDeclare("wrong", true, false, false, Map.of("x-durability", "always")))
                .havingRootCause()
                .withMessageContaining("406")
                .withMessageContaining("invalid arg 'x-durability' for queue 'wrong' in vhost '/'")
                .withMessageContaining("durability is replicated or fsync");

        var refused =
                management.put("/api/policies/%2F/wrong", "{'pattern': '.*', 'definition': {'durability': 'always'}}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("is not a valid durability (replicated or fsync)");
    }

    @Test
    void aQueueInMemoryHasNoDisk() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> channel.queueDeclare("fleeting", false, false, true, FSYNC))
                .havingRootCause()
                .withMessageContaining("only messages of durable queues are kept");
    }

    private static void put(String kind, String name, String body) {
        assertThat(management.put("/api/" + kind + "/%2F/" + name, body).status())
                .isBetween(200, 204);
    }

    /** What the topic itself says; empty if it says nothing. */
    private static Optional<String> flushMessages(String topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var config = Objects.requireNonNull(
                kafka.describeConfigs(List.of(resource)).all().get().get(resource));
        return Optional.of(config.get("flush.messages"))
                .filter(own -> own.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                .map(ConfigEntry::value);
    }
}
