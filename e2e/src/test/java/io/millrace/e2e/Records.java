package io.millrace.e2e;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Producers and consumers of text, as user {@code app}. */
final class Records {
    private Records() {}

    static KafkaProducer<String, String> producer(Map<String, Object> more) {
        return producer(Orders.client("app"), more);
    }

    /** The same with clients of these settings. */
    static KafkaProducer<String, String> producer(Map<String, Object> client, Map<String, Object> more) {
        return new KafkaProducer<>(with(client, more), new StringSerializer(), new StringSerializer());
    }

    static KafkaConsumer<String, String> consumer(String group, Map<String, Object> more) {
        return consumer(Orders.client("app"), group, more);
    }

    /** The same with clients of these settings. */
    static KafkaConsumer<String, String> consumer(Map<String, Object> client, String group, Map<String, Object> more) {
        var settings = with(client, more);
        settings.put("group.id", group);
        settings.putIfAbsent("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    /** Sends records numbered from 0 and waits until all are confirmed. */
    static void send(int count, IntFunction<ProducerRecord<String, String>> record) throws Exception {
        try (var producer = producer(Map.of())) {
            var confirmations = IntStream.range(0, count)
                    .mapToObj(i -> producer.send(record.apply(i)))
                    .toList();
            for (var confirmation : confirmations) {
                confirmation.get();
            }
        }
    }

    /** Polls until enough has come; fails after two minutes. */
    static List<ConsumerRecord<String, String>> read(KafkaConsumer<String, String> consumer, int count) {
        var records = new ArrayList<ConsumerRecord<String, String>>();
        poll(consumer, records, () -> records.size() >= count);
        return records;
    }

    /** Polls into a list until a condition holds; fails after two minutes. */
    static void poll(
            KafkaConsumer<String, String> consumer, List<ConsumerRecord<String, String>> into, BooleanSupplier until) {
        var end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!until.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("after two minutes there were only " + into.size() + " records");
            }
            consumer.poll(Duration.ofMillis(200)).forEach(into::add);
        }
    }

    /** Sends a record to a topic and reads it, as user {@code app}. */
    static void through(String topic) throws Exception {
        through(Orders.client("app"), topic);
    }

    /** Sends a record to a topic and reads it, with clients of these settings. */
    static void through(Map<String, Object> settings, String topic) throws Exception {
        var body = UUID.randomUUID().toString();
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "key", body)).get();
        }
        awaitValue(settings, topic, body);
    }

    /** Reads a topic from its beginning, without a group, until a value comes. */
    static void awaitValue(Map<String, Object> settings, String topic, String value) {
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            var known = await("partitions of " + topic)
                    .atMost(Duration.ofMinutes(1))
                    .pollInSameThread()
                    .until(() -> consumer.partitionsFor(topic), partitions -> !partitions.isEmpty());
            var partitions = known.stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var records = new ArrayList<ConsumerRecord<String, String>>();
            poll(consumer, records, () -> records.stream()
                    .anyMatch(record -> record.value().equals(value)));
        }
    }

    private static Map<String, Object> with(Map<String, Object> client, Map<String, Object> more) {
        var settings = new HashMap<>(client);
        settings.putAll(more);
        return settings;
    }
}
