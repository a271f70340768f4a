package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.operator.client.TopicAdmin;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaServer;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.ManagementApi;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicReconcilerIT {

    private static final String TOPIC = """
            apiVersion: millrace.io/v1alpha1
            kind: Topic
            metadata: {name: %s}
            spec:
              cluster: {name: orders}
              partitions: 2
              retention: {time: 7d}
            """;

    private final Parts parts = new Parts();
    private final TopicAdmin kafka = KafkaServer.shared().admin().topics();
    private final ManagementApi api = new ManagementApi();
    private Harness harness;

    @BeforeEach
    void start() {
        var connections = new LocalConnections(api.client());
        harness = new Harness(parts, List.of(parts.topics(connections)));
    }

    @AfterEach
    void stop() {
        harness.close();
        api.close();
    }

    @Test
    void topicIsMadeGrownAndDeletedWithItsObject() {
        harness.servingCluster("orders", "");
        harness.apply(Topic.class, TOPIC.formatted("payments"));
        awaitReady("payments");
        assertThat(kafka.describe("payments").orElseThrow().config()).containsEntry("retention.ms", "604800000");

        harness.apply(Topic.class, TOPIC.formatted("payments").replace("partitions: 2", "partitions: 5"));
        Harness.await().until(() -> kafka.describe("payments").orElseThrow().partitions() == 5);
        awaitReady("payments");
        assertThat(harness.get(Topic.class, "payments").getStatus().partitions())
                .isEqualTo(5);

        Harness.client()
                .resources(Topic.class)
                .inNamespace(harness.namespace())
                .withName("payments")
                .delete();
        Harness.await().until(() -> harness.get(Topic.class, "payments") == null);
        assertThat(kafka.describe("payments")).isEmpty();
    }

    @Test
    void changeMadeBehindTheOperatorsBackIsRepairedAndCounted() {
        harness.servingCluster("orders", "");
        harness.apply(Topic.class, TOPIC.formatted("drifting"));
        awaitReady("drifting");

        kafka.configure("drifting", Map.of("retention.ms", "5", "segment.ms", "70000"), Set.of());

        Harness.await()
                .until(() ->
                        kafka.describe("drifting").orElseThrow().config().equals(Map.of("retention.ms", "604800000")));
        Harness.await().until(() -> harness.count("millrace.drift", "Topic") > 0);
        assertThat(Harness.client()
                        .v1()
                        .events()
                        .inNamespace(harness.namespace())
                        .list()
                        .getItems())
                .anyMatch(event -> event.getReason().equals("DriftRepaired"));
    }

    @Test
    void topicDeletedBehindTheOperatorsBackIsMadeAgain() {
        harness.servingCluster("orders", "");
        harness.apply(Topic.class, TOPIC.formatted("deleted"));
        awaitReady("deleted");
        var first = kafka.describe("deleted").orElseThrow().id();

        kafka.delete("deleted");

        Harness.await().until(() -> kafka.describe("deleted")
                .filter(topic -> !topic.id().equals(first))
                .isPresent());
        Harness.await()
                .until(() -> !first.equals(
                        harness.get(Topic.class, "deleted").getStatus().topicId()));
    }

    @Test
    void exchangeIsBoundToTheTopicAndAgainWhenTheBindingIsGone() {
        harness.servingCluster("orders", "");
        harness.apply(
                Topic.class, TOPIC.formatted("fed") + "  bindings: [{exchange: amq.topic, routingKey: \"a.#\"}]\n");
        awaitReady("fed");
        assertThat(api.paths()).contains("bindings|/|e|amq.topic|t|fed|a.#");

        api.remove("bindings|/|e|amq.topic|t|fed|a.#");

        Harness.await().until(() -> api.paths().contains("bindings|/|e|amq.topic|t|fed|a.#"));
    }

    @Test
    void topicAtRestIsNotWrittenTo() {
        harness.servingCluster("orders", "");
        harness.apply(Topic.class, TOPIC.formatted("resting"));
        awaitReady("resting");
        var before = harness.get(Topic.class, "resting").getMetadata().getResourceVersion();

        // Longer than the interval between two looks at the brokers.
        Harness.await().during(Duration.ofSeconds(12)).until(() -> harness.get(Topic.class, "resting")
                .getMetadata()
                .getResourceVersion()
                .equals(before));
    }

    @Test
    void olderObjectWins() {
        harness.servingCluster("orders", "");
        harness.apply(Topic.class, TOPIC.formatted("first"));
        awaitReady("first");
        // Age is told in whole seconds.
        var made = Instant.parse(harness.get(Topic.class, "first").getMetadata().getCreationTimestamp());
        Harness.await().until(() -> Instant.now().isAfter(made.plusSeconds(1)));

        harness.apply(Topic.class, TOPIC.formatted("second") + "  topicName: first\n");

        Harness.await().until(() -> reason("second").filter("Conflict"::equals).isPresent());
        Harness.client()
                .resources(Topic.class)
                .inNamespace(harness.namespace())
                .withName("second")
                .delete();
        Harness.await().until(() -> harness.get(Topic.class, "second") == null);
        assertThat(kafka.describe("first")).isPresent();
    }

    @Test
    void objectOfAClusterThatIsGoneIsNotHeldBack() {
        harness.apply(Topic.class, TOPIC.formatted("stranded"));
        Harness.await()
                .until(() ->
                        reason("stranded").filter("ClusterNotFound"::equals).isPresent());

        Harness.client()
                .resources(Topic.class)
                .inNamespace(harness.namespace())
                .withName("stranded")
                .delete();

        Harness.await().until(() -> harness.get(Topic.class, "stranded") == null);
    }

    @Test
    void whatKafkaRefusesIsStalledWithItsWords() {
        harness.servingCluster("orders", "");
        harness.apply(Topic.class, TOPIC.formatted("refused") + "  config: {no.such.setting: \"1\"}\n");

        Harness.await().until(() -> reason("refused").filter("Rejected"::equals).isPresent());
        assertThat(Conditions.find(
                        harness.get(Topic.class, "refused").getStatus().conditions(), "Stalled"))
                .get()
                .asString()
                .contains("no.such.setting");
    }

    @Test
    void observedTopicIsLeftAlone() {
        harness.servingCluster("orders", "");
        kafka.create("theirs", 7, Optional.empty(), Map.of());
        harness.apply(Topic.class, TOPIC.formatted("theirs") + "  management: Observe\n");

        Harness.await()
                .until(() -> reason("theirs").filter("ForbiddenChange"::equals).isPresent());
        Harness.client()
                .resources(Topic.class)
                .inNamespace(harness.namespace())
                .withName("theirs")
                .delete();
        Harness.await().until(() -> harness.get(Topic.class, "theirs") == null);
        assertThat(kafka.describe("theirs")).isPresent();
    }

    @Test
    void topicThatOthersMadeOtherwiseOutlivesTheObject() {
        harness.servingCluster("orders", "");
        kafka.create("foreign", 7, Optional.empty(), Map.of());
        harness.apply(Topic.class, TOPIC.formatted("foreign"));
        Harness.await()
                .until(() -> reason("foreign").filter("ForbiddenChange"::equals).isPresent());

        Harness.client().resource(harness.get(Topic.class, "foreign")).delete();

        Harness.await().until(() -> harness.get(Topic.class, "foreign") == null);
        assertThat(kafka.describe("foreign")).as("it never was the object's").isPresent();
    }

    @Test
    void topicOfTheObjectGoesWithItThoughSomebodyHasGrownIt() {
        harness.servingCluster("orders", "");
        harness.apply(Topic.class, TOPIC.formatted("grown"));
        awaitReady("grown");
        kafka.grow("grown", 7);
        Harness.await()
                .until(() -> reason("grown").filter("ForbiddenChange"::equals).isPresent());

        Harness.client().resource(harness.get(Topic.class, "grown")).delete();

        Harness.await().until(() -> harness.get(Topic.class, "grown") == null);
        assertThat(kafka.describe("grown")).isEmpty();
    }

    private Optional<String> reason(String topic) {
        return Conditions.find(harness.get(Topic.class, topic).getStatus().conditions(), "Ready")
                .map(Condition::reason);
    }

    private void awaitReady(String topic) {
        Harness.await().until(() -> {
            var object = harness.get(Topic.class, topic);
            return Conditions.isReady(object.getStatus().conditions())
                    && object.getMetadata()
                            .getGeneration()
                            .equals(object.getStatus().observedGeneration());
        });
    }
}
