package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disk space of settled messages on real Kafka. */
@Timeout(180)
class DiskSpaceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGES = 70;
    private static final int KEPT = 2;

    @Test
    void spaceOfSettledMessagesIsGivenBackAndTheRestSurvivesARestart(@TempDir Path data) throws Exception {
        try (var broker = new StandaloneBroker(data);
                var connection = connect(broker)) {
            var channel = connection.createChannel();
            channel.queueDeclare("freed", true, false, false, Map.of());
            channel.queueDeclare("stuck", true, false, false, Map.of());
            publish(channel, "freed");
            publish(channel, "stuck");
            var topic = topic(broker, "freed");
            assertThat(bytes(data, topic)).isGreaterThan(64L << 20);

            take(channel, "freed", MESSAGES - KEPT, true);
            take(channel, "stuck", 1, false);
            take(channel, "stuck", MESSAGES - 1, true);

            await().atMost(PATIENCE).until(() -> logStart(broker, topic) == MESSAGES - KEPT);
            assertThat(logStart(broker, topic(broker, "stuck"))).isZero();
            await().atMost(PATIENCE).until(() -> bytes(data, topic) < 20L << 20);
        }
        try (var broker = new StandaloneBroker(data);
                var connection = connect(broker)) {
            var channel = connection.createChannel();
            assertThat(channel.queueDeclarePassive("freed").getMessageCount()).isEqualTo(KEPT);
            assertThat(numbers(channel, "freed", KEPT)).containsExactly(MESSAGES - 2, MESSAGES - 1);
            assertThat(numbers(channel, "stuck", 1)).containsExactly(0);
            assertThat(channel.basicGet("freed", true)).isNull();
            assertThat(channel.basicGet("stuck", true)).isNull();
        }
    }

    private static Connection connect(StandaloneBroker broker) throws Exception {
        var factory = new ConnectionFactory();
        factory.setPort(broker.amqpPort());
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }

    private static void publish(Channel channel, String queue) throws Exception {
        channel.confirmSelect();
        for (int number = 0; number < MESSAGES; number++) {
            var body = new byte[1 << 20];
            body[0] = (byte) number;
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, body);
        }
        channel.waitForConfirmsOrDie(60_000);
    }

    private static void take(Channel channel, String queue, int count, boolean ack) throws IOException {
        for (int i = 0; i < count; i++) {
            var got = await().atMost(PATIENCE).until(() -> channel.basicGet(queue, ack), one -> one != null);
            assertThat(got.getBody()).hasSize(1 << 20);
        }
    }

    private static List<Integer> numbers(Channel channel, String queue, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> (int) await().atMost(PATIENCE)
                        .until(() -> channel.basicGet(queue, true), one -> one != null)
                        .getBody()[0])
                .toList();
    }

    private static String topic(StandaloneBroker broker, String queue) throws Exception {
        try (var admin = admin(broker)) {
            return admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith("q.") && name.endsWith("." + queue))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static long logStart(StandaloneBroker broker, String topic) throws Exception {
        var partition = new TopicPartition(topic, 0);
        try (var admin = admin(broker)) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
    }

    private static Admin admin(StandaloneBroker broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
    }

    /** What the log segments of a topic take on disk. */
    private static long bytes(Path data, String topic) throws IOException {
        long bytes = 0;
        try (var files = Files.walk(data)) {
            for (var file : files.filter(one -> one.toString().endsWith(".log")).toList()) {
                if (file.startsWith(data.resolve("log").resolve(topic + "-0"))) {
                    bytes += Files.size(file);
                }
            }
        } catch (UncheckedIOException | NoSuchFileException e) {
            return Long.MAX_VALUE; // a segment went while we looked
        }
        return bytes;
    }
}
