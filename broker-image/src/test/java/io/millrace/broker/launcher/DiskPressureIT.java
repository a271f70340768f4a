package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills up: a small one, in memory, which takes root to mount. */
@Timeout(300)
class DiskPressureIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int DISK_MEGABYTES = 256;
    private static final int MEGABYTE = 1_000_000;
    /** By the share alone: the whole disk is smaller than what has to be free by default. */
    private static final Map<String, String> QUEUES =
            Map.of("millrace.queues.disk.free.low.watermark", "0.1", "millrace.queues.disk.free.limit.bytes", "1");

    @Test
    void producersAreHeldUpBeforeTheDiskIsFullAndGoOnWhenThereIsRoomAgain(@TempDir Path disk) throws Exception {
        run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MEGABYTES + "m", "millrace-test", disk.toString());
        try (var broker = new StandaloneBroker(disk, QUEUES, kafka());
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
                var producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrap(), "max.request.size", 2 * MEGABYTE),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                var connection = connect(broker)) {
            var blocked = new AtomicBoolean();
            connection.addBlockedListener(reason -> blocked.set(true), () -> blocked.set(false));
            var channel = connection.createChannel();
            channel.queueDeclare("paused", true, false, false, Map.of());
            admin.createTopics(List.of(new NewTopic("filling", 1, (short) 1)))
                    .all()
                    .get();

            var sent = 0;
            while (free(disk) > 0.095) {
                producer.send(record()).get();
                sent++;
            }
            // Who publishes is told.
            await("connection.blocked").atMost(PATIENCE).until(() -> {
                channel.basicPublish("", "paused", MessageProperties.PERSISTENT_BASIC, new byte[1]);
                return blocked.get();
            });
            // The answer to a request comes at once; what throttles is that the next one is not read for a while.
            await("a producer that is held up").atMost(PATIENCE).until(() -> secondsOfASend(producer) >= 3);
            assertThat(free(disk)).isGreaterThan(0.05);

            var partition = new TopicPartition("filling", 0);
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(sent)))
                    .all()
                    .get();

            await("room").atMost(PATIENCE).until(() -> free(disk) > 0.2);
            await("connection.unblocked").atMost(PATIENCE).until(() -> !blocked.get());
            await("producing at full speed").atMost(PATIENCE).until(() -> secondsOfASend(producer) < 1);
        } finally {
            run("umount", disk.toString());
        }
    }

    private static Map<String, String> kafka() {
        var settings = new HashMap<>(DiskGuard.kafkaProperties());
        settings.put("log.segment.bytes", "1048576");
        settings.put("log.segment.delete.delay.ms", "100");
        return settings;
    }

    private static Connection connect(StandaloneBroker broker) throws Exception {
        var factory = new ConnectionFactory();
        factory.setPort(broker.amqpPort());
        return factory.newConnection();
    }

    private static long secondsOfASend(KafkaProducer<byte[], byte[]> producer) throws Exception {
        var begin = System.nanoTime();
        producer.send(record()).get();
        return Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    }

    private static ProducerRecord<byte[], byte[]> record() {
        return new ProducerRecord<>("filling", new byte[MEGABYTE]);
    }

    private static double free(Path disk) throws IOException {
        var store = Files.getFileStore(disk);
        return (double) store.getUsableSpace() / store.getTotalSpace();
    }

    private static void run(String... command) throws Exception {
        var process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }
}
