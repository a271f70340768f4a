package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.broker.launcher.StandaloneBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of the log as the management API shows them, with members that live. */
@Timeout(120)
class GroupApiIT {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static StandaloneBroker broker;
    private static Admin kafka;
    private static ManagementClient guest;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        broker = new StandaloneBroker(data);
        kafka = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
        guest = new ManagementClient(broker.httpPort(), "guest", "guest");
    }

    @AfterAll
    static void stop() {
        kafka.close();
        broker.close();
    }

    private static String fresh(String kind) {
        return kind + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private static String topicWithTenMessages() throws Exception {
        var topic = fresh("orders");
        kafka.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
        publish(topic);
        return topic;
    }

    private static void publish(String topic) {
        var settings = Map.<String, Object>of("bootstrap.servers", broker.bootstrap());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(topic, i % 2, null, "m"));
            }
        }
    }

    private static Map<String, Object> settings(String group, Map<String, String> more) {
        var settings = new HashMap<String, Object>(more);
        settings.put("bootstrap.servers", broker.bootstrap());
        settings.put("group.id", group);
        settings.put("client.id", "till");
        return settings;
    }

    private static JsonNode group(String name) {
        var reply = guest.get("/api/millrace/groups/" + name);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aGroupShowsItsMembersAndHowFarItIs(String type) throws Exception {
        var topic = topicWithTenMessages();
        var name = fresh(type);
        var settings = settings(
                name,
                Map.of(
                        "group.protocol", type,
                        "group.instance.id", "till-1",
                        "enable.auto.commit", "false",
                        "auto.offset.reset", "earliest"));
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(POLL);
                return consumer.assignment().size() == 2;
            });
            var before = group(name);
            consumer.commitSync(Map.of(
                    new TopicPartition(topic, 0), new OffsetAndMetadata(2),
                    new TopicPartition(topic, 1), new OffsetAndMetadata(5)));

            var group = group(name);

            assertThat(before.path("lag").isNull()).isTrue();
            assertThat(before.path("reason").asText()).endsWith("-0: the group has committed nothing yet");
            assertThat(group.path("type").asText()).isEqualTo(type);
            assertThat(group.path("state").asText()).isEqualTo("Stable");
            assertThat(group.path("members").asInt()).isEqualTo(1);
            assertThat(group.path("lag").asLong(-1)).isEqualTo(3);
            var member = group.path("member_details").path(0);
            assertThat(member.path("instance").asText()).isEqualTo("till-1");
            assertThat(member.path("client_id").asText()).isEqualTo("till");
            assertThat(member.path("assigned").path(topic).toString()).isEqualTo("[0,1]");
            var partition = group.path("partition_details").path(0);
            assertThat(partition.path("topic").asText()).isEqualTo(topic);
            assertThat(partition.path("committed").asLong()).isEqualTo(2);
            assertThat(partition.path("end_offset").asLong()).isEqualTo(5);
            assertThat(partition.path("lag").asLong()).isEqualTo(3);
            assertThat(partition.path("members").path(0)).isEqualTo(member.path("id"));
        }
    }

    @Test
    void aShareGroupShowsWhatIsNotSettled() throws Exception {
        var topic = topicWithTenMessages();
        var name = fresh("share");
        kafka.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.GROUP, name),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
        try (var consumer = new KafkaShareConsumer<>(
                settings(name, Map.of()), new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            var read = new int[1];
            await().atMost(PATIENCE).until(() -> {
                read[0] += consumer.poll(POLL).count();
                return read[0] >= 10;
            });
            consumer.commitSync();
            publish(topic);

            await().atMost(PATIENCE).untilAsserted(() -> {
                var group = group(name);
                assertThat(group.path("type").asText()).isEqualTo("share");
                assertThat(group.path("members").asInt()).isEqualTo(1);
                assertThat(group.path("lag").asLong(-1)).as(group.toString()).isEqualTo(10);
                assertThat(group.path("member_details")
                                .path(0)
                                .path("assigned")
                                .path(topic)
                                .toString())
                        .isEqualTo("[0,1]");
            });
        }
    }

    @Test
    void aStreamsGroupShowsWhatItsTasksRead(@TempDir Path state) throws Exception {
        var topic = topicWithTenMessages();
        var name = fresh("streams");
        var builder = new StreamsBuilder();
        builder.stream(topic, Consumed.with(Serdes.String(), Serdes.String())).foreach((key, value) -> {});
        var settings = new Properties();
        settings.putAll(Map.of(
                "bootstrap.servers",
                broker.bootstrap(),
                "application.id",
                name,
                "group.protocol",
                "streams",
                "state.dir",
                state.toString(),
                "commit.interval.ms",
                "100"));
        try (var streams = new KafkaStreams(builder.build(), settings)) {
            streams.start();

            await().atMost(PATIENCE).untilAsserted(() -> {
                var group = group(name);
                assertThat(group.path("type").asText()).isEqualTo("streams");
                assertThat(group.path("state").asText()).isEqualTo("Stable");
                assertThat(group.path("members").asInt()).isEqualTo(1);
                assertThat(group.path("lag").asLong(-1)).as(group.toString()).isZero();
                var member = group.path("member_details").path(0);
                assertThat(member.path("client_id").asText()).startsWith(name);
                assertThat(member.path("assigned").path(topic).toString()).isEqualTo("[0,1]");
                var partition = group.path("partition_details").path(0);
                assertThat(partition.path("committed").asLong()).isEqualTo(5);
                assertThat(partition.path("members").path(0)).isEqualTo(member.path("id"));
            });
        }
        publish(topic);
        await().atMost(PATIENCE).untilAsserted(() -> {
            var group = group(name);
            assertThat(group.path("state").asText()).isEqualTo("Empty");
            assertThat(group.path("members").asInt(-1)).isZero();
            assertThat(group.path("lag").asLong(-1)).isEqualTo(10);
        });
    }

    @Test
    void groupsAreListedWithTheirLag() throws Exception {
        var topic = topicWithTenMessages();
        var name = fresh("away");
        kafka.alterConsumerGroupOffsets(name, Map.of(new TopicPartition(topic, 1), new OffsetAndMetadata(1)))
                .all()
                .get();

        var page =
                guest.get("/api/millrace/groups?page=1&sort=state&name=" + name).json();
        var byLag = guest.get("/api/millrace/groups?page=1&sort=lag&sort_reverse=true&columns=name,lag&name=" + name)
                .json();

        assertThat(page.path("items")).hasSize(1);
        var group = page.path("items").path(0);
        assertThat(group.path("name").asText()).isEqualTo(name);
        assertThat(group.path("type").asText()).isEqualTo("classic");
        assertThat(group.path("state").asText()).isEqualTo("Empty");
        assertThat(group.path("members").asInt(-1)).isZero();
        assertThat(group.path("coordinator").asInt(-1)).isZero();
        assertThat(byLag.path("items").toString()).isEqualTo("[{\"name\":\"" + name + "\",\"lag\":4}]");
    }

    @Test
    void theOwnersOfQueuesAreAGroupToo() {
        var owners = group("amqp.owners");

        assertThat(owners.path("type").asText()).isEqualTo("consumer");
        assertThat(owners.path("member_details").path(0).path("instance").asText())
                .isEqualTo("standalone-0");
    }

    @Test
    void aGroupThatIsNotThereIsNotFound() {
        assertThat(guest.get("/api/millrace/groups/none").status()).isEqualTo(404);
    }
}
