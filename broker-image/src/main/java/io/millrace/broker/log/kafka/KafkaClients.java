package io.millrace.broker.log.kafka;

import io.millrace.broker.log.MessageLog;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the Kafka clients of the queue layer, all with the same connection settings and with the timeouts that fast failover needs. */
final class KafkaClients {
    private static final int MESSAGE_BYTES_AT_MOST = 17 << 20;

    private final Map<String, String> connection;
    private final String pod;

    /**
     * @param connection {@code bootstrap.servers} and, in clusters, the security settings
     * @param pod name of this pod, part of every client id
     */
    KafkaClients(Map<String, String> connection, String pod) {
        this.connection = Map.copyOf(connection);
        this.pod = pod;
    }

    private Map<String, Object> common(String purpose) {
        var config = new HashMap<String, Object>(connection);
        config.put("client.id", "millrace-" + purpose + "-" + pod);
        config.put("reconnect.backoff.ms", 20);
        config.put("reconnect.backoff.max.ms", 500);
        config.put("retry.backoff.ms", 20);
        config.put("retry.backoff.max.ms", 500);
        config.put("metric.reporters", "");
        config.put("enable.metrics.push", false);
        return config;
    }

    /** An idempotent producer: acks=all, no linger, order kept per partition. */
    KafkaProducer<byte[], byte[]> producer(String purpose) {
        return new KafkaProducer<>(producing(purpose), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A producer of transactions under a name; what it leaves open is aborted after ten seconds, or by the next one of its name. */
    KafkaProducer<byte[], byte[]> transactional(String name) {
        var config = producing(name);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> producing(String purpose) {
        var config = common(purpose);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MESSAGE_BYTES_AT_MOST);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 30_000);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 60_000);
        config.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, TimeUnit.SECONDS.toMillis(MessageLog.IDLE_SECONDS));
        return config;
    }

    /** A consumer without a group: partitions are assigned by hand, nothing is committed, aborted transactions are not seen. */
    KafkaConsumer<byte[], byte[]> reader(String purpose) {
        var config = reading(purpose);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Map<String, Object> reading(String purpose) {
        var config = common(purpose);
        // The consumer of KIP-848 turns round and round in poll() while what it has fetched ahead belongs to a paused
        // partition.
        config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return config;
    }

    /**
     * A reader of few messages, for people: it fetches little ahead.
     *
     * @param patienceMs how long its calls may take
     */
    KafkaConsumer<byte[], byte[]> browser(int patienceMs) {
        var config = reading("browse");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 << 20);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, patienceMs);
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, patienceMs);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * A member of the ownership group: known by the pod's name, so that a restart within the session timeout takes its place again.
     *
     * @param assignor asked for of the group's coordinator; empty for its own choice
     */
    KafkaConsumer<byte[], byte[]> member(String group, Optional<String> assignor) {
        var config = common("owner");
        assignor.ifPresent(name -> config.put(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, name));
        config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, pod);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** An administrator. */
    Admin admin() {
        return admin("admin", 30_000, 10_000);
    }

    /**
     * An administrator that changes nothing.
     *
     * @param patienceMs how long its calls may take
     */
    Admin viewer(int patienceMs) {
        return admin("view", patienceMs, patienceMs);
    }

    private Admin admin(String purpose, int patienceMs, int requestMs) {
        var config = common(purpose);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, patienceMs);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, requestMs);
        return Admin.create(config);
    }
}
