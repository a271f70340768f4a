package io.millrace.broker.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.NullUnmarked;

/** The log below the queues as Kafka's own tools see it. */
@NullUnmarked // what is missing fails the test
final class LogState {
    /** The group whose members own slots. */
    static final String OWNERS = "amqp.owners";

    private static final Duration POLL = Duration.ofMillis(50);

    private LogState() {}

    /** The topic of a queue of the first virtual host, whose name has but letters, digits and dashes. */
    static String topic(String queue) {
        return "q._2f." + queue;
    }

    static int leader(Admin admin, String topic) throws Exception {
        return partition(admin, topic).leader().id();
    }

    static int inSync(Admin admin, String topic) throws Exception {
        return partition(admin, topic).isr().size();
    }

    private static TopicPartitionInfo partition(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .getFirst();
    }

    /** Whether every replica there is follows its leader. */
    static boolean isWhole(Admin admin) throws Exception {
        var topics = admin.listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get();
        return admin.describeTopics(topics).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(one -> one.isr().size() == one.replicas().size());
    }

    /** Topics with this in their names. */
    static Set<String> topics(Admin admin, String part) throws Exception {
        var names = new TreeSet<>(admin.listTopics().names().get());
        names.removeIf(name -> !name.contains(part));
        return names;
    }

    static int coordinator(Admin admin, String group) throws Exception {
        return admin.describeConsumerGroups(List.of(group))
                .all()
                .get()
                .get(group)
                .coordinator()
                .id();
    }

    /** What is committed for the first partition of a topic by the group of its name. */
    static Optional<OffsetAndMetadata> shownLag(Admin admin, String topic) throws Exception {
        var offsets = admin.listConsumerGroupOffsets(topic)
                .partitionsToOffsetAndMetadata()
                .get();
        return Optional.ofNullable(offsets.get(new TopicPartition(topic, 0)));
    }

    static void configure(Admin admin, String topic, Map<String, String> settings) throws Exception {
        var changes = settings.entrySet().stream()
                .map(one -> new AlterConfigOp(new ConfigEntry(one.getKey(), one.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), changes))
                .all()
                .get();
    }

    /** How many messages of aborted transactions lie in the first partition of a topic. */
    static long aborted(String bootstrap, String topic) {
        return records(bootstrap, topic, "read_uncommitted") - records(bootstrap, topic, "read_committed");
    }

    private static long records(String bootstrap, String topic, String isolation) {
        var found = new AtomicLong();
        read(bootstrap, topic, isolation, one -> found.incrementAndGet());
        return found.get();
    }

    private static void read(
            String bootstrap, String topic, String isolation, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        var partition = new TopicPartition(topic, 0);
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrap, "enable.auto.commit", false, "isolation.level", isolation);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end =
                    consumer.endOffsets(List.of(partition)).values().iterator().next();
            while (consumer.position(partition) < end) {
                consumer.poll(POLL).forEach(reader);
            }
        }
    }
}
