package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(20)
@OnOrders
class TopicsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void aTopicHasThePartitionsReplicasAndRetentionItAsksFor() throws Exception {
        Orders.topic("kept", "partitions: 2\nretention: { time: 12h, bytes: 64Mi }\nminInSyncReplicas: 1");

        try (var admin = Orders.admin()) {
            var description = Orders.describe(admin, "kept");
            assertThat(description.partitions()).hasSize(2);
            assertThat(description.partitions())
                    .allSatisfy(partition -> assertThat(partition.replicas()).hasSize(3));
            assertThat(config(admin, "kept", "retention.ms")).isEqualTo("43200000");
            assertThat(config(admin, "kept", "retention.bytes")).isEqualTo("67108864");
            assertThat(config(admin, "kept", "min.insync.replicas")).isEqualTo("1");
        }
        assertThat(Orders.KUBE.columns("topic", "kept"))
                .containsEntry("PARTITIONS", "2")
                .containsEntry("REPLICAS", "3")
                .containsEntry("READY", "True");
    }

    @Test
    void oldRecordsGoAfterTheTimeThatWasAskedFor() throws Exception {
        Orders.topic(
                "brief", "retention: { time: 1s }\nconfig: { segment.ms: \"1000\", file.delete.delay.ms: \"100\" }");
        try (var admin = Orders.admin();
                var producer = Records.producer(Map.of())) {
            producer.send(new ProducerRecord<>("brief", "k", "old")).get();

            await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(2)).until(() -> {
                producer.send(new ProducerRecord<>("brief", "k", "new")).get();
                return start(admin, "brief") > 0;
            });
        }
    }

    @Test
    void compactionKeepsTheLastRecordOfAKey() throws Exception {
        Orders.topic("compacted", """
                cleanup: compact
                config:
                  segment.ms: "1000"
                  min.cleanable.dirty.ratio: "0.01"
                  max.compaction.lag.ms: "1000"
                """);
        try (var producer = Records.producer(Map.of())) {
            for (int i = 0; i < 50; i++) {
                producer.send(new ProducerRecord<>("compacted", "k", Integer.toString(i)))
                        .get();
            }
            await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(3)).until(() -> {
                // A segment is cleaned once a later one has begun.
                producer.send(new ProducerRecord<>("compacted", "other", "x")).get();
                return values("compacted", "k").equals(List.of("49"));
            });
        }
    }

    private static List<String> values(String topic, String key) {
        try (var consumer = Records.consumer("compaction-reader", Map.of("enable.auto.commit", false))) {
            var partition = List.of(new TopicPartition(topic, 0));
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            var end = consumer.endOffsets(partition).values().iterator().next();
            var records = new ArrayList<ConsumerRecord<String, String>>();
            Records.poll(consumer, records, () -> consumer.position(partition.getFirst()) >= end);
            return records.stream()
                    .filter(record -> key.equals(record.key()))
                    .map(ConsumerRecord::value)
                    .toList();
        }
    }

    @Test
    void whatIsChangedBehindTheOperatorsBackIsRepaired() throws Exception {
        Orders.topic("drifting", "retention: { time: 1h }");
        try (var admin = Orders.admin()) {
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, "drifting");
            var change = new AlterConfigOp(new ConfigEntry("retention.ms", "5"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(resource, List.of(change)))
                    .all()
                    .get();

            await().atMost(PATIENCE).until(() -> config(admin, "drifting", "retention.ms"), "3600000"::equals);

            admin.deleteTopics(List.of("drifting")).all().get();
            await().atMost(PATIENCE)
                    .until(() -> admin.listTopics().names().get().contains("drifting"));
        }
    }

    @Test
    void deletingTheObjectDeletesTheTopicUnlessItIsToBeRetained() throws Exception {
        Orders.topic("goes", "partitions: 1");
        Orders.topic("stays", "deletionPolicy: Retain");
        try (var admin = Orders.admin()) {
            Orders.KUBE.delete("topic.millrace.io/goes", "topic.millrace.io/stays");

            Orders.awaitGone(admin, "goes");
            assertThat(admin.listTopics().names().get()).contains("stays");
        }
    }

    private static String config(Admin admin, String topic, String key) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return admin.describeConfigs(List.of(resource))
                .all()
                .get()
                .values()
                .iterator()
                .next()
                .get(key)
                .value();
    }

    private static long start(Admin admin, String topic) throws Exception {
        var partition = new TopicPartition(topic, 0);
        return admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                .partitionResult(partition)
                .get()
                .offset();
    }
}
