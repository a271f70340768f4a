package io.millrace.broker.management;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.broker.launcher.StandaloneBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker that asks for rights, topics in its log, and somebody who looks at them. */
final class LogScene implements AutoCloseable {
    final StandaloneBroker broker;
    final Admin kafka;
    final ManagementClient guest;

    LogScene(Path data) throws IOException {
        broker = new StandaloneBroker(
                data,
                Map.of(),
                Map.of(
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "super.users",
                        "User:ANONYMOUS"));
        kafka = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
        guest = new ManagementClient(broker.httpPort(), "guest", "guest");
    }

    String topic(int partitions, Map<String, String> settings) throws Exception {
        var name = "orders-" + UUID.randomUUID().toString().substring(0, 8);
        kafka.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(settings)))
                .all()
                .get();
        return name;
    }

    KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        var settings = new HashMap<String, Object>(more);
        settings.put("bootstrap.servers", broker.bootstrap());
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static ProducerRecord<byte[], byte[]> message(String topic, int partition, long time, String value) {
        return new ProducerRecord<>(topic, partition, time, value.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    /** Messages whose values are their offsets, and their times a thousand times that. */
    void publish(String topic, int partition, int from, int until) {
        try (var producer = producer(Map.of())) {
            IntStream.range(from, until)
                    .forEach(i -> producer.send(message(topic, partition, 1_000L * i, String.valueOf(i))));
        }
    }

    static String browsePath(String topic, String query) {
        return "/api/millrace/topics/" + topic + "/messages?" + query;
    }

    JsonNode browse(String topic, String query) {
        var reply = guest.get(browsePath(topic, query));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    static Stream<JsonNode> eachOf(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    static List<String> shownValues(JsonNode browsed) {
        return eachOf(browsed.path("messages"))
                .map(message -> message.path("value").asText())
                .toList();
    }

    ManagementClient user(String name, String tags) {
        assertThat(guest.put("/api/users/" + name, "{'password':'secret','tags':'" + tags + "'}")
                        .status())
                .isEqualTo(201);
        return new ManagementClient(broker.httpPort(), name, "secret");
    }

    @Override
    public void close() {
        kafka.close();
        broker.close();
    }
}
