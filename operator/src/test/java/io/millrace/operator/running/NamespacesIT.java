package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.Queue;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.ManagementApi;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.reconcile.TopologyWatch;
import io.millrace.operator.status.Conditions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster, and objects that name it from another namespace, with and without its consent. */
class NamespacesIT {

    private final Parts parts = new Parts();
    private final ManagementApi api = new ManagementApi();
    private Harness harness;

    @BeforeEach
    void start() {
        var connections = new LocalConnections(api.client());
        var watch = new TopologyWatch(connections, parts.lookout());
        harness = Harness.ofTwoNamespaces(parts, List.of(parts.queues(watch, connections)));
    }

    @AfterEach
    void stop() {
        harness.close();
        api.close();
    }

    @Test
    void objectOfANamespaceWithoutConsentClaimsNothingAndKeepsNothing() {
        harness.servingCluster("orders", "");
        var squatter = applyFromOutside();
        awaitReason(harness.otherNamespace(), "NamespaceNotAllowed");
        // Age is told in whole seconds.
        var made = Instant.parse(squatter.getMetadata().getCreationTimestamp());
        Harness.await().until(() -> Instant.now().isAfter(made.plusSeconds(1)));

        harness.apply(Queue.class, queue(""));
        awaitReason(harness.namespace(), "Ready");
        assertThat(api.paths()).contains("queues|/|work");

        delete(harness.namespace());
        assertThat(api.paths()).doesNotContain("queues|/|work");
    }

    @Test
    void whatANamespaceHasStaysWhenConsentIsWithdrawnAndThatIsTold() {
        harness.servingCluster("orders", "allowedNamespaces: [%s]".formatted(harness.otherNamespace()));
        applyFromOutside();
        awaitReason(harness.otherNamespace(), "Ready");

        harness.servingCluster("orders", "");
        awaitReason(harness.otherNamespace(), "NamespaceNotAllowed");
        delete(harness.otherNamespace());

        assertThat(api.paths()).contains("queues|/|work");
        assertThat(harness.count("millrace.orphans", "Queue")).isEqualTo(1);
    }

    @Test
    void objectThatNeverHadConsentGoesWithoutAWord() {
        harness.servingCluster("orders", "");
        applyFromOutside();
        awaitReason(harness.otherNamespace(), "NamespaceNotAllowed");

        delete(harness.otherNamespace());

        assertThat(harness.count("millrace.orphans", "Queue")).isZero();
    }

    private Queue applyFromOutside() {
        return harness.apply(harness.otherNamespace(), Queue.class, queue(", namespace: " + harness.namespace()));
    }

    private static String queue(String where) {
        return """
                apiVersion: millrace.io/v1alpha1
                kind: Queue
                metadata: {name: work}
                spec:
                  cluster: {name: orders%s}
                """.formatted(where);
    }

    private static Optional<Queue> find(String namespace) {
        return Optional.ofNullable(Harness.client()
                .resources(Queue.class)
                .inNamespace(namespace)
                .withName("work")
                .get());
    }

    private static void awaitReason(String namespace, String reason) {
        Harness.await().until(() -> find(namespace)
                .map(Queue::getStatus)
                .flatMap(status -> Conditions.find(status.conditions(), "Ready"))
                .map(Condition::reason)
                .filter(reason::equals)
                .isPresent());
    }

    private static void delete(String namespace) {
        Harness.client()
                .resources(Queue.class)
                .inNamespace(namespace)
                .withName("work")
                .delete();
        Harness.await().until(() -> find(namespace).isEmpty());
    }
}
