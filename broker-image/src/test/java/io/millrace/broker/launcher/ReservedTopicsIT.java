package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where Kafka creates topics by itself, it does not create those of queues. */
@Timeout(60)
class ReservedTopicsIT {
    private static StandaloneBroker broker;
    private static Admin kafka;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        broker = new StandaloneBroker(data);
        kafka = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
    }

    @AfterAll
    static void stop() {
        kafka.close();
        broker.close();
    }

    @Test
    void theTopicOfADeletedQueueStaysAwayWhoeverWritesToIt() throws Exception {
        var factory = new ConnectionFactory();
        factory.setHost("localhost");
        factory.setPort(broker.amqpPort());
        try (var connection = factory.newConnection()) {
            var channel = connection.createChannel();
            channel.queueDeclare("fleeting", true, false, false, null);
            channel.queueDelete("fleeting");
            await().until(() -> !topics().contains("q._2f.fleeting"));

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> produce("q._2f.fleeting"))
                    .withMessageContaining("q._2f.fleeting not present in metadata");
            assertThat(topics()).noneMatch(topic -> topic.startsWith("q._2f.fleeting"));

            channel.confirmSelect();
            channel.queueDeclare("fleeting", true, false, false, null);
            channel.basicPublish("", "fleeting", MessageProperties.PERSISTENT_BASIC, new byte[1]);
            channel.waitForConfirmsOrDie(10_000);
        }
    }

    @Test
    void otherTopicsAreStillMadeAtTheFirstRecord() throws Exception {
        produce("made-by-itself");

        assertThat(topics()).contains("made-by-itself");
    }

    @Test
    void whoAsksForSuchATopicIsToldWhatToDo() {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> kafka.createTopics(List.of(new NewTopic("q._2f.own", 1, (short) 1)))
                        .all()
                        .get())
                .withCauseInstanceOf(PolicyViolationException.class)
                .withMessageContaining("declare the queue or stream, which makes its topic, or choose another name");
    }

    private static List<String> topics() throws Exception {
        return List.copyOf(kafka.listTopics().names().get());
    }

    private static void produce(String topic) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                broker.bootstrap(),
                "max.block.ms",
                Duration.ofSeconds(10).toMillis());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "value")).get(20, TimeUnit.SECONDS);
        }
    }
}
