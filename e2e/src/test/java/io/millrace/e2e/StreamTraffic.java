package io.millrace.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Records of ten keys, written and read in a group by clients as they come (idempotent, acks from all). */
final class StreamTraffic implements Load.Traffic {
    private static final int KEYS = 10;

    private final Supplier<Map<String, Object>> client;
    private final String topic;
    private final int perSecond;
    private volatile boolean atEnd;

    StreamTraffic(String topic, int perSecond) {
        this(() -> Orders.client("app"), topic, perSecond);
    }

    /**
     * The same on another cluster than the one that tests share.
     *
     * @param client what a client is configured with
     */
    StreamTraffic(Supplier<Map<String, Object>> client, String topic, int perSecond) {
        this.client = client;
        this.topic = topic;
        this.perSecond = perSecond;
    }

    @Override
    public void send(Load load) {
        var pace = new Pace(perSecond);
        try (var producer = Records.producer(client.get(), Map.of("linger.ms", 0))) {
            for (long i = 0; load.isSending(); i++) {
                var key = "key-" + i % KEYS;
                var number = i / KEYS;
                load.ledger().sent();
                producer.send(new ProducerRecord<>(topic, key, Long.toString(number)), (metadata, failure) -> {
                    if (failure == null) {
                        load.ledger().confirmed(key, number);
                    } else {
                        load.ledger().failedForGood();
                    }
                });
                pace.await();
            }
        }
    }

    @Override
    public void read(Load load) {
        try (var consumer = Records.consumer(client.get(), topic + "-reader", Map.of())) {
            consumer.subscribe(List.of(topic));
            while (load.isReading()) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> load.ledger().received(record.key(), Long.parseLong(record.value())));
                atEnd = load.hasSentAll() && isAtEnd(consumer);
            }
        }
    }

    private boolean isAtEnd(KafkaConsumer<String, String> consumer) {
        Set<TopicPartition> all = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .collect(Collectors.toSet());
        return consumer.assignment().equals(all)
                && consumer.endOffsets(all).entrySet().stream()
                        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    @Override
    public boolean isDrained(Load load) {
        return atEnd;
    }
}
