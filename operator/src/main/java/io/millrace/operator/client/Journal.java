package io.millrace.operator.client;

import io.millrace.operator.plan.reset.Mark;
import io.millrace.operator.plan.reset.MarkJson;
import io.millrace.operator.plan.reset.Marks;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What the operator notes in the cluster itself, in the compacted topic {@code amqp.operator}: it is there for whoever
 * restores the objects of a cluster, and where queues are off. It is used some times in a life, so its clients live for
 * one call only. All calls block; they throw {@code FailureException}.
 */
public final class Journal {

    /** The topic. */
    public static final String TOPIC = "amqp.operator";

    /** Brokers let topics of such names be made only with the second of these: it tells who knows what they are for. */
    private static final Map<String, String> SETTINGS = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_COMPACT,
            TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
            "false");

    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Admin admin;
    private final Map<String, String> settings;

    Journal(Admin admin, Map<String, String> settings) {
        this.admin = admin;
        this.settings = settings;
    }

    /** Reads all there is. */
    public Marks read() {
        if (new TopicAdmin(admin).describe(TOPIC).isEmpty()) {
            return new Marks();
        }
        var config = new HashMap<String, Object>(settings);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, "millrace-operator");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            return read(consumer);
        } catch (KafkaException e) {
            throw unavailable("reading topic " + TOPIC, e);
        }
    }

    private static Marks read(KafkaConsumer<String, String> consumer) {
        consumer.assign(List.of(PARTITION));
        consumer.seekToBeginning(List.of(PARTITION));
        var end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
        var marks = new Marks();
        var giveUp = System.nanoTime() + LIMIT.toNanos();
        while (consumer.position(PARTITION) < end) {
            if (System.nanoTime() > giveUp) {
                throw new KafkaException("its end was not reached in " + LIMIT.toSeconds() + " s");
            }
            consumer.poll(POLL).forEach(entry -> Optional.ofNullable(entry.value())
                    .flatMap(MarkJson::read)
                    .ifPresent(mark -> marks.add(entry.key(), mark)));
        }
        return marks;
    }

    /** Notes something; when this returns, all in-sync replicas have it. */
    public void write(String key, Mark mark) {
        new TopicAdmin(admin).create(TOPIC, 1, Optional.empty(), SETTINGS);
        var config = new HashMap<String, Object>(settings);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "millrace-operator");
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) LIMIT.toMillis());
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis() / 2);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, key, MarkJson.write(mark)))
                    .get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("writing to topic " + TOPIC, e);
        } catch (KafkaException | ExecutionException | java.util.concurrent.TimeoutException e) {
            throw unavailable("writing to topic " + TOPIC, e);
        }
    }

    private static FailureException unavailable(String doing, Exception cause) {
        return new FailureException(new Failure.BrokerUnavailable(doing + ": " + cause.getMessage()), cause);
    }
}
