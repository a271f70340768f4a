package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.Exchange;
import io.millrace.api.v1alpha1.MigrationState;
import io.millrace.api.v1alpha1.Queue;
import io.millrace.api.v1alpha1.QueueMigration;
import io.millrace.api.v1alpha1.QueueStatus;
import io.millrace.api.v1alpha1.ResetState;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.ManagementApi;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.plan.BindingFacts;
import io.millrace.operator.reconcile.ExchangeReconciler;
import io.millrace.operator.reconcile.TopologyWatch;
import io.millrace.operator.status.Conditions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueueReconcilerIT {

    private static final String EXCHANGE = """
            apiVersion: millrace.io/v1alpha1
            kind: Exchange
            metadata: {name: events}
            spec:
              cluster: {name: orders}
              type: topic
            """;
    private static final String QUEUE = """
            apiVersion: millrace.io/v1alpha1
            kind: Queue
            metadata: {name: work}
            spec:
              cluster: {name: orders}
              messageTtl: 30s
              deadLetter: {exchange: dead}
              bindings:
              - {exchange: events, routingKey: "a.#"}
              - {exchange: events, routingKey: "b.#"}
            """;

    private final Parts parts = new Parts();
    private final ManagementApi api = new ManagementApi();
    private Harness harness;

    @BeforeEach
    void start() {
        var connections = new LocalConnections(api.client());
        var watch = new TopologyWatch(connections, parts.lookout());
        harness = new Harness(
                parts, List.of(parts.queues(watch, connections), new ExchangeReconciler(watch, parts.leaves())));
        harness.servingCluster("orders", "");
    }

    @AfterEach
    void stop() {
        harness.close();
        api.close();
    }

    @Test
    void queueIsDeclaredBoundAndShowsItsMessages() {
        harness.apply(Exchange.class, EXCHANGE);
        harness.apply(Queue.class, QUEUE);
        awaitReady();
        assertThat(api.paths()).contains("bindings|/|e|events|q|work|a.#", "bindings|/|e|events|q|work|b.#");

        api.set("queues|/|work", "messages_ready", 42);

        Harness.await().until(() -> Long.valueOf(42).equals(queue().getStatus().ready()));
    }

    @Test
    void bindingTakenOutOfTheSpecIsRemovedAndOneOfAnApplicationStays() {
        harness.apply(Exchange.class, EXCHANGE);
        harness.apply(Queue.class, QUEUE);
        awaitReady();
        api.client().bind(new BindingFacts("/", "events", "work", BindingFacts.Kind.QUEUE, "theirs", Map.of()));

        harness.apply(Queue.class, QUEUE.replace("  - {exchange: events, routingKey: \"b.#\"}\n", ""));

        Harness.await().until(() -> !api.paths().contains("bindings|/|e|events|q|work|b.#"));
        assertThat(api.paths()).contains("bindings|/|e|events|q|work|a.#", "bindings|/|e|events|q|work|theirs");
    }

    @Test
    void queueAndBindingRemovedBehindTheOperatorsBackComeBack() {
        harness.apply(Exchange.class, EXCHANGE);
        harness.apply(Queue.class, QUEUE);
        awaitReady();

        api.remove("queues|/|work");
        api.remove("bindings|/|e|events|q|work|a.#");

        Harness.await()
                .until(() -> api.paths().containsAll(List.of("queues|/|work", "bindings|/|e|events|q|work|a.#")));
        assertThat(harness.count("millrace.drift", "Queue")).isPositive();
    }

    @Test
    void queueIsChangedWhereItStandsAndSaysHowMuchIsLeftFromBefore() {
        harness.apply(Exchange.class, EXCHANGE);
        harness.apply(Queue.class, QUEUE);
        awaitReady();

        harness.apply(Queue.class, QUEUE.replace("messageTtl: 30s", "type: classic\n  maxPriority: 5"));

        Harness.await()
                .until(
                        () -> api.client()
                                .queue("/", "work")
                                .orElseThrow()
                                .arguments()
                                .get("x-max-priority"),
                        Long.valueOf(5)::equals);
        api.setMigration("queues|/|work", 42);
        Harness.await().until(() -> queue().getStatus().migration() != null);
        assertThat(queue().getStatus().migration()).isEqualTo(new QueueMigration(MigrationState.Draining, 42L));
        awaitReady();
    }

    @Test
    void queueIsRewoundOnceAlsoIfItsObjectIsMadeAnew() {
        var rewound = """
                apiVersion: millrace.io/v1alpha1
                kind: Queue
                metadata: {name: rewound}
                spec:
                  cluster: {name: orders}
                  deletionPolicy: Retain
                  replay: {retention: 7d}
                  rewind: {to: "2026-01-31T13:00:00+01:00", requestedAt: "%s"}
                """.formatted(Instant.now());
        harness.apply(Queue.class, rewound);
        awaitRewound();

        Harness.client().resource(harness.get(Queue.class, "rewound")).delete();
        Harness.await().until(() -> harness.get(Queue.class, "rewound") == null);
        harness.apply(Queue.class, rewound);
        awaitRewound();

        assertThat(api.rewinds()).containsExactly("rewound to 2026-01-31T12:00:00Z");
    }

    private void awaitRewound() {
        Harness.await().until(() -> Optional.ofNullable(
                        harness.get(Queue.class, "rewound").getStatus())
                .map(QueueStatus::rewind)
                .filter(rewind -> rewind.state() == ResetState.Done)
                .isPresent());
    }

    @Test
    void queueThatOthersMadeOtherwiseIsNotChanged() {
        api.client().declareQueue("/", "work", Map.of("x-queue-type", "classic"));

        harness.apply(Queue.class, QUEUE);

        Harness.await().until(() -> reason().filter("ForbiddenChange"::equals).isPresent());
        assertThat(api.client().queue("/", "work").orElseThrow().arguments()).containsEntry("x-queue-type", "classic");

        Harness.client().resource(queue()).delete();

        Harness.await().until(() -> queue() == null);
        assertThat(api.paths()).as("it never was the object's").contains("queues|/|work");
    }

    @Test
    void queueThatNobodyCouldLookAtYetIsLookedAtBeforeItGoesWithTheObject() {
        api.client().declareQueue("/", "work", Map.of("x-queue-type", "classic"));
        Harness.client()
                .resources(BrokerCluster.class)
                .inNamespace(harness.namespace())
                .withName("orders")
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\": {\"nodes\": []}}");
        harness.apply(Queue.class, QUEUE);
        Harness.await().until(() -> reason().filter("ClusterNotReady"::equals).isPresent());

        Harness.client().resource(queue()).delete();
        harness.servingCluster("orders", "");

        Harness.await().until(() -> queue() == null);
        assertThat(api.paths()).as("it never was the object's").contains("queues|/|work");
    }

    @Test
    void exchangeThatOthersMadeOtherwiseOutlivesTheObject() {
        api.client().declareExchange("/", "events", "direct", Map.of());

        harness.apply(Exchange.class, EXCHANGE);

        Harness.await().until(() -> Optional.ofNullable(exchange().getStatus())
                .flatMap(status -> Conditions.find(status.conditions(), "Ready"))
                .filter(ready -> ready.reason().equals("ForbiddenChange"))
                .isPresent());
        Harness.client().resource(exchange()).delete();

        Harness.await().until(() -> exchange() == null);
        assertThat(api.paths()).as("it never was the object's").contains("exchanges|/|events");
    }

    @Test
    void exchangeGoesWithItsObject() {
        harness.apply(Exchange.class, EXCHANGE);
        Harness.await().until(() -> Optional.ofNullable(exchange().getStatus())
                .filter(status -> Conditions.isReady(status.conditions()))
                .isPresent());

        Harness.client().resource(exchange()).delete();

        Harness.await().until(() -> exchange() == null);
        assertThat(api.paths()).doesNotContain("exchanges|/|events");
    }

    @Test
    void fullQueueOutlivesItsObjectAndIsCounted() {
        harness.apply(Exchange.class, EXCHANGE);
        harness.apply(Queue.class, QUEUE);
        awaitReady();
        api.set("queues|/|work", "messages_ready", 1);

        Harness.client()
                .resources(Queue.class)
                .inNamespace(harness.namespace())
                .withName("work")
                .delete();

        Harness.await().until(() -> queue() == null);
        assertThat(api.paths()).contains("queues|/|work");
        assertThat(harness.count("millrace.orphans", "Queue")).isEqualTo(1);
    }

    @Test
    void bindingToAMissingExchangeIsSaidAndMadeOnceItIsThere() {
        harness.apply(Queue.class, QUEUE);
        Harness.await().until(() -> Conditions.find(queue().getStatus().conditions(), "Ready")
                .filter(ready -> ready.reason().equals("SourceNotFound"))
                .isPresent());

        harness.apply(Exchange.class, EXCHANGE);

        awaitReady();
    }

    private Optional<String> reason() {
        return Optional.ofNullable(queue().getStatus())
                .flatMap(status -> Conditions.find(status.conditions(), "Ready"))
                .map(Condition::reason);
    }

    private Exchange exchange() {
        return harness.get(Exchange.class, "events");
    }

    private Queue queue() {
        return harness.get(Queue.class, "work");
    }

    private void awaitReady() {
        Harness.await().untilAsserted(() -> assertThat(
                        Conditions.find(queue().getStatus().conditions(), "Ready"))
                .get()
                .asString()
                .contains("status=True"));
    }
}
