package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.ConsumerGroup;
import io.millrace.api.v1alpha1.ConsumerGroupStatus;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaNodes;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.status.Conditions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two real nodes: one has the topic, the other coordinates the group. */
@Timeout(300)
class LagOfSilentCoordinatorIT {

    private static final TopicPartition READ = new TopicPartition("read", 0);
    private static final TopicPartition OFFSETS = new TopicPartition("__consumer_offsets", 0);

    @TempDir
    private Path folder;

    @Test
    void lagIsStaleWhileTheCoordinatorIsDownAndFreshAfterwards() throws Exception {
        var parts = new Parts();
        try (var nodes = new KafkaNodes(folder)) {
            nodes.start(1);
            coordinatedByTheSecond(nodes);
            try (var harness = new Harness(parts, List.of(parts.groups(new LocalConnections(nodes.operator()))))) {
                harness.servingCluster("orders", "consumerGroups: {pollSeconds: 1}");
                harness.apply(ConsumerGroup.class, """
                        apiVersion: millrace.io/v1alpha1
                        kind: ConsumerGroup
                        metadata: {name: readers}
                        spec: {cluster: {name: orders}}
                        """);
                awaitState(harness, "Empty");
                var before = status(harness);

                nodes.stop(1);

                awaitState(harness, "Stale");
                var stale = status(harness);
                assertThat(stale.lag()).isEqualTo(before.lag());
                assertThat(stale.lagTime()).isEqualTo("stale");
                assertThat(stale.staleSince()).isNotBlank();
                assertThat(Conditions.find(stale.conditions(), "Ready"))
                        .get()
                        .asString()
                        .contains("False", "LagStale");

                nodes.start(1);

                awaitState(harness, "Empty");
                assertThat(status(harness).staleSince()).isNull();
                assertThat(Conditions.isReady(status(harness).conditions())).isTrue();
            }
        }
    }

    private static void coordinatedByTheSecond(KafkaNodes nodes) throws Exception {
        var admin = nodes.admin();
        admin.createTopics(List.of(
                        new NewTopic(READ.topic(), Map.of(0, List.of(0))),
                        new NewTopic(OFFSETS.topic(), Map.of(0, List.of(1)))
                                .configs(Map.of("cleanup.policy", "compact"))))
                .all()
                .get();
        Harness.await().ignoreExceptions().until(() -> {
            admin.alterConsumerGroupOffsets("readers", Map.of(READ, new OffsetAndMetadata(0)))
                    .all()
                    .get();
            return true;
        });
    }

    private static void awaitState(Harness harness, String state) {
        Harness.await().until(() -> Optional.ofNullable(status(harness))
                .filter(shown -> state.equals(shown.state()))
                .isPresent());
    }

    private static ConsumerGroupStatus status(Harness harness) {
        return harness.get(ConsumerGroup.class, "readers").getStatus();
    }
}
