package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.Api;
import io.millrace.api.v1alpha1.ConsumerGroup;
import io.millrace.operator.apply.DiscoveredGroups;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaServer;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.plan.Discovery;
import io.millrace.operator.reconcile.ConsumerGroupReconciler;
import io.millrace.operator.reconcile.LagWatch;
import io.millrace.operator.status.Conditions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
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
        var watch = new LagWatch(
                new LocalConnections(), new DiscoveredGroups(Harness.client()), parts.lookout(), Clock.systemUTC());
        harness = new Harness(parts.meters(), List.of(new ConsumerGroupReconciler(watch, parts.leaves())));
    }

    @AfterEach
    void stop() {
        parts.lookout().close();
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
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", KafkaServer.shared().bootstrap(), "group.id", group),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.commitSync(
                    Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)), Duration.ofSeconds(30));
        }
    }
}
