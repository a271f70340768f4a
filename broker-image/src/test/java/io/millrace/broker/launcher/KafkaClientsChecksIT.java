package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application on Apache Kafka's own client needs of the broker; the other Kafka clients run the same list (e2e/clients). */
@Timeout(120)
class KafkaClientsChecksIT {
    private static final int PARTITIONS = 4;
    private static final Duration POLL = Duration.ofMillis(100);

    private static StandaloneBroker broker;

    private String topic;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        broker = new StandaloneBroker(data);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void createTopic() throws Exception {
        topic = "check." + UUID.randomUUID().toString().substring(0, 8);
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> more) {
        var settings = new HashMap<>(more);
        settings.put("bootstrap.servers", broker.bootstrap());
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static KafkaConsumer<String, String> consumer(String group, Map<String, Object> more) {
        var settings = new HashMap<>(more);
        settings.put("bootstrap.servers", broker.bootstrap());
        settings.put("group.id", group);
        settings.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private void send(int count) {
        try (var producer = producer(Map.of())) {
            for (int number = 0; number < count; number++) {
                producer.send(new ProducerRecord<>(topic, "key-" + number % 7, "" + number));
            }
        }
    }

    private static List<ConsumerRecord<String, String>> read(KafkaConsumer<String, String> consumer, int count) {
        var records = new ArrayList<ConsumerRecord<String, String>>();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    consumer.poll(POLL).forEach(records::add);
                    return records.size() >= count;
                });
        return records;
    }

    @Test
    void recordsOfOneKeyStayInOrderOnOnePartition() {
        send(70);

        try (var consumer = consumer("keys-" + topic, Map.of())) {
            consumer.subscribe(List.of(topic));
            var records = read(consumer, 70);

            assertThat(records).hasSize(70);
            for (int key = 0; key < 7; key++) {
                var name = "key-" + key;
                var mine = records.stream()
                        .filter(record -> record.key().equals(name))
                        .toList();
                assertThat(new HashSet<>(
                                mine.stream().map(ConsumerRecord::partition).toList()))
                        .hasSize(1);
                assertThat(mine.stream().map(record -> Integer.valueOf(record.value())))
                        .isSorted();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void groupOfTwoSharesThePartitionsAndOneTakesOver(String protocol) {
        Map<String, Object> settings = Map.of("group.protocol", protocol);
        try (var first = consumer("two-" + topic, settings)) {
            try (var second = consumer("two-" + topic, settings)) {
                first.subscribe(List.of(topic));
                second.subscribe(List.of(topic));
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                    first.poll(POLL);
                    second.poll(POLL);
                    return first.assignment().size() == 2 && second.assignment().size() == 2;
                });
            }

            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                first.poll(POLL);
                return first.assignment().size() == PARTITIONS;
            });
        }
    }

    @Test
    void seekToTheStartReadsEverythingAgain() {
        send(20);

        try (var consumer = consumer("seek-" + topic, Map.of())) {
            consumer.subscribe(List.of(topic));
            assertThat(read(consumer, 20)).hasSize(20);
            consumer.seekToBeginning(consumer.assignment());

            assertThat(read(consumer, 20)).hasSize(20);
        }
    }

    @Test
    void onlyCommittedTransactionsAreRead() {
        try (var producer = producer(Map.of("transactional.id", "tx-" + topic))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "aborted"));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "committed"));
            producer.commitTransaction();
        }

        try (var consumer = consumer("tx-" + topic, Map.of("isolation.level", "read_committed"))) {
            consumer.subscribe(List.of(topic));
            assertThat(read(consumer, 1).stream().map(ConsumerRecord::value)).containsExactly("committed");
            assertThat(consumer.poll(Duration.ofSeconds(1))).isEmpty();
        }
    }
}
