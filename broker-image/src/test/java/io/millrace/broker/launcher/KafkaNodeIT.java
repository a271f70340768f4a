package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaNodeIT {
    /** Measured by figures in the docs; a test on a busy machine allows ten times as much. */
    private static final Duration GOAL = Duration.ofSeconds(5);

    @Test
    void servesWithinTenTimesItsGoal(@TempDir Path data) throws IOException {
        var begin = System.nanoTime();

        try (var node = started(data)) {
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(GOAL.multipliedBy(10));
            assertThat(node.bootstrap()).startsWith("localhost:");
        }
    }

    @Test
    void keepsRecordsOverARestartOnOtherPorts(@TempDir Path data) throws Exception {
        try (var node = started(data)) {
            produce(node.bootstrap(), "one");
        }

        try (var node = started(data)) {
            produce(node.bootstrap(), "two");

            assertThat(consume(node.bootstrap(), 2)).containsExactly("one", "two");
        }
    }

    private KafkaNode started(Path data) throws IOException {
        var node = KafkaNode.standalone(FreePorts.next(), FreePorts.next(), data);
        node.start();
        return node;
    }

    private static void produce(String bootstrap, String value) throws Exception {
        var settings = Map.<String, Object>of("bootstrap.servers", bootstrap);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("orders", value)).get();
        }
    }

    private static List<String> consume(String bootstrap, int count) {
        var settings = Map.<String, Object>of(
                "bootstrap.servers", bootstrap, "group.id", "readers", "auto.offset.reset", "earliest");
        var values = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("orders"));
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
                return values.size() >= count;
            });
        }
        return values;
    }
}
