package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.Api;
import io.millrace.api.v1alpha1.ConsumerGroup;
import io.millrace.api.v1alpha1.ConsumerGroupStatus;
import io.millrace.api.v1alpha1.ResetMove;
import io.millrace.api.v1alpha1.ResetState;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaServer;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.plan.Discovery;
import io.millrace.operator.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsumerGroupReconcilerIT {

    private final Parts parts = new Parts();
    private Harness harness;

    @BeforeEach
    void start() {
        harness = new Harness(parts, List.of(parts.groups(new LocalConnections())));
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void lagIsShownAsItGrowsAndAsItIsWorkedOff() {
        topicWithGroup("lagging", "readers", 100, 30);
        harness.servingCluster("orders", "consumerGroups: {pollSeconds: 1}");
        harness.apply(ConsumerGroup.class, """
                apiVersion: millrace.io/v1alpha1
                kind: ConsumerGroup
                metadata: {name: readers}
                spec: {cluster: {name: orders}, lag: {critical: 50}}
                """);

        awaitLag("readers", 70);
        var status = harness.get(ConsumerGroup.class, "readers").getStatus();
        assertThat(status.topics()).containsExactly("lagging");
        assertThat(status.state()).isEqualTo("Empty");
        assertThat(status.lagTime()).isNotBlank();
        assertThat(Conditions.find(status.conditions(), "Ready"))
                .get()
                .asString()
                .contains("LagCritical");

        Harness.await().ignoreExceptions().until(() -> gauge("millrace.group.lag.records", "readers") == 70);
        assertThat(gauge("millrace.group.lag.stale", "readers")).isZero();

        commit("lagging", "readers", 100);
        awaitLag("readers", 0);
        assertThat(Conditions.isReady(
                        harness.get(ConsumerGroup.class, "readers").getStatus().conditions()))
                .isTrue();
    }

    @Test
    void liveGroupsGetObjectsButNotThoseOfTheQueueLayer() {
        topicWithGroup("found", "Team A/billing", 10, 5);
        commit("found", "q.inner", 1);
        harness.servingCluster("orders", "consumerGroups: {pollSeconds: 1, discover: {exclude: [\"readers\"]}}");
        var name = Discovery.objectName("Team A/billing");

        Harness.await().until(() -> harness.get(ConsumerGroup.class, name) != null);
        awaitLag(name, 5);

        var object = harness.get(ConsumerGroup.class, name);
        assertThat(object.getSpec().group()).isEqualTo("Team A/billing");
        assertThat(object.getMetadata().getLabels()).containsEntry(Api.DISCOVERED_LABEL, "true");
        assertThat(harness.get(ConsumerGroup.class, Discovery.objectName("q.inner")))
                .isNull();
    }

    @Test
    void offsetsMoveOnceAlsoIfTheObjectIsMadeAnew() {
        topicWithGroup("replayed", "replayers", 100, 90);
        harness.servingCluster("orders", "consumerGroups: {pollSeconds: 1}");
        var object = reset("replayers", "to: earliest");
        harness.apply(ConsumerGroup.class, object);

        awaitReset("replayers", ResetState.Done);
        assertThat(committed("replayed", "replayers")).isZero();
        assertThat(status("replayers").reset().again()).isEqualTo(90);
        awaitLag("replayers", 100);

        commit("replayed", "replayers", 60);
        Harness.client().resource(harness.get(ConsumerGroup.class, "replayers")).delete();
        Harness.await().until(() -> harness.get(ConsumerGroup.class, "replayers") == null);
        harness.apply(ConsumerGroup.class, object);

        awaitReset("replayers", ResetState.Done);
        assertThat(status("replayers").reset().message()).contains("or another object");
        awaitLag("replayers", 40);
        assertThat(committed("replayed", "replayers")).isEqualTo(60);
    }

    @Test
    void offsetsOfALiveGroupWaitForItsMembersToGo() {
        topicWithGroup("busy", "workers", 100, 100);
        harness.servingCluster("orders", "consumerGroups: {pollSeconds: 1}");
        try (var member = consumer("workers")) {
            member.subscribe(List.of("busy"));
            Harness.await().until(() -> {
                member.poll(Duration.ofMillis(100));
                return !member.assignment().isEmpty();
            });
            harness.apply(ConsumerGroup.class, reset("workers", "to: \"shift:-30\", topics: [busy]"));

            Harness.await().until(() -> {
                member.poll(Duration.ofMillis(100));
                return Optional.ofNullable(status("workers").reset())
                        .filter(shown -> shown.state() == ResetState.Waiting)
                        .isPresent();
            });
            assertThat(status("workers").reset().message()).contains("1 members");
            assertThat(status("workers").reset().moves()).containsExactly(new ResetMove("busy", 0, 100L, 70));
            assertThat(Conditions.find(status("workers").conditions(), "Reconciling"))
                    .get()
                    .asString()
                    .contains("ResetWaiting");
            assertThat(committed("busy", "workers")).isEqualTo(100);
        }

        awaitReset("workers", ResetState.Done);
        assertThat(committed("busy", "workers")).isEqualTo(70);
    }

    @Test
    void shareGroupIsShownAndReset() throws Exception {
        topicWithGroup("shared", "unused", 100, 0);
        fromTheBeginning("sharers");
        harness.servingCluster("orders", "consumerGroups: {pollSeconds: 1}");
        harness.apply(ConsumerGroup.class, """
                apiVersion: millrace.io/v1alpha1
                kind: ConsumerGroup
                metadata: {name: sharers}
                spec: {cluster: {name: orders}}
                """);
        try (var member = new KafkaShareConsumer<>(
                Map.of("bootstrap.servers", KafkaServer.shared().bootstrap(), "group.id", "sharers"),
                new StringDeserializer(),
                new StringDeserializer())) {
            member.subscribe(List.of("shared"));
            var read = new AtomicInteger();
            Harness.await()
                    .until(() ->
                            read.addAndGet(member.poll(Duration.ofMillis(200)).count()) >= 100);
            member.commitSync();
        }

        awaitLag("sharers", 0);
        assertThat(status("sharers").protocol()).isEqualTo("share");

        harness.apply(ConsumerGroup.class, reset("sharers", "to: \"offset:75\""));
        awaitReset("sharers", ResetState.Done);
        awaitLag("sharers", 25);
    }

    private double gauge(String name, String group) {
        return parts.meters().get(name).tag("group", group).gauge().value();
    }

    private static void fromTheBeginning(String shareGroup) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.GROUP, shareGroup);
        var earliest =
                new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
        try (var admin = Admin.create(
                Map.<String, Object>of("bootstrap.servers", KafkaServer.shared().bootstrap()))) {
            admin.incrementalAlterConfigs(Map.of(resource, List.of(earliest)))
                    .all()
                    .get();
        }
    }

    private static String reset(String group, String what) {
        return """
                apiVersion: millrace.io/v1alpha1
                kind: ConsumerGroup
                metadata: {name: %s}
                spec:
                  cluster: {name: orders}
                  reset: {%s, requestedAt: "%s"}
                """.formatted(group, what, Instant.now().minusSeconds(1));
    }

    private ConsumerGroupStatus status(String object) {
        return harness.get(ConsumerGroup.class, object).getStatus();
    }

    private void awaitReset(String object, ResetState state) {
        Harness.await().until(() -> Optional.ofNullable(status(object).reset())
                .filter(shown -> shown.state() == state)
                .isPresent());
    }

    private void awaitLag(String object, long lag) {
        Harness.await().until(() -> Optional.ofNullable(
                        harness.get(ConsumerGroup.class, object).getStatus().lag())
                .filter(shown -> shown == lag)
                .isPresent());
    }

    private static void topicWithGroup(String topic, String group, int records, long committed) {
        KafkaServer.shared().admin().topics().create(topic, 1, Optional.of(1), Map.of());
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", KafkaServer.shared().bootstrap()),
                new StringSerializer(),
                new StringSerializer())) {
            for (int i = 0; i < records; i++) {
                var unused = producer.send(new ProducerRecord<>(topic, "record " + i));
            }
            producer.flush();
        }
        commit(topic, group, committed);
    }

    private static void commit(String topic, String group, long offset) {
        try (var consumer = consumer(group)) {
            consumer.commitSync(
                    Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)), Duration.ofSeconds(30));
        }
    }

    private static long committed(String topic, String group) {
        try (var consumer = consumer(group)) {
            var partition = new TopicPartition(topic, 0);
            return consumer.committed(Set.of(partition), Duration.ofSeconds(30))
                    .get(partition)
                    .offset();
        }
    }

    private static KafkaConsumer<String, String> consumer(String group) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", KafkaServer.shared().bootstrap(), "group.id", group),
                new StringDeserializer(),
                new StringDeserializer());
    }
}
