package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.RollingStatus;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaServer;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.fixture.SingleBroker;
import io.millrace.operator.plan.InPlaceResize;
import io.millrace.operator.status.Conditions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rolling restarts on the real API server, with the StatefulSet controller that makes pods again and a real Kafka that answers. */
class RollingIT {

    private static final String CLUSTER = """
            apiVersion: millrace.io/v1alpha1
            kind: BrokerCluster
            metadata: {name: orders}
            spec:
              replicas: 1
              storage: {size: 1Gi, onDelete: Delete}
            """;

    private Harness harness;
    private SingleBroker broker;

    @BeforeEach
    void start() {
        var connections = new LocalConnections();
        var parts = new Parts();
        harness = new Harness(parts, List.of(parts.clusters(connections)));
        broker = new SingleBroker(harness);
        broker.found();
        harness.apply(BrokerCluster.class, CLUSTER);
        broker.becomeReady();
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void statusAndEventsTellOfARestartWhileItRuns() {
        assertThat(rolling()).isEmpty();
        var before = uid();

        harness.apply(BrokerCluster.class, CLUSTER + "  config: {log.retention.hours: \"5\"}\n");

        Harness.await().until(() -> isReplaced(before));
        Harness.await().untilAsserted(() -> assertThat(rolling())
                .contains(
                        new RollingStatus("settings have changed", 1, 0, 1, "0/1", List.of("orders-broker-0"), null)));
        assertThat(condition("Rolling")).contains("True/Rolling");
        broker.becomeReady();
        Harness.await().until(() -> rolling().isEmpty());
        assertThat(condition("Rolling")).isEmpty();
        assertThat(events("Restarting"))
                .singleElement()
                .asString()
                .contains("orders-broker-0: settings have changed", "as rolling.allowUnavailable allows");
        Harness.await().until(() -> events("Rolled").size() == 1);
    }

    @Test
    void blockedRestartNamesThePartitionUntilTheUserConsents() {
        KafkaServer.shared().admin().topics().create("aaa-held-" + harness.namespace(), 1, Optional.of(1), Map.of());
        var before = uid();

        var changed = CLUSTER + "  config: {log.retention.hours: \"6\"}\n";
        harness.apply(BrokerCluster.class, changed + "  rolling: {allowUnavailable: Never}\n");

        Harness.await().untilAsserted(() -> assertThat(rolling())
                .get()
                .extracting(RollingStatus::blockedBy)
                .asString()
                .contains("would have 0 replicas in sync without orders-broker-0", "rolling.allowUnavailable"));
        assertThat(condition("Rolling")).contains("True/Blocked");
        assertThat(condition("Degraded")).contains("True/Blocked");
        assertThat(uid()).isEqualTo(before);
        Harness.await().until(() -> events("RollBlocked").size() == 1);

        harness.apply(BrokerCluster.class, changed + "  rolling: {allowUnavailable: SingleReplica}\n");

        Harness.await().until(() -> isReplaced(before));
        broker.becomeReady();
        Harness.await().until(() -> rolling().isEmpty());
    }

    @Test
    void restartAtRestartsOncePerValueAndTakingItBackDoesNothing() {
        var first = uid();

        restartAt("monday");
        Harness.await().until(() -> isReplaced(first));
        Harness.await().untilAsserted(() -> assertThat(rolling())
                .get()
                .extracting(RollingStatus::reason)
                .isEqualTo("rolling.restartAt is now monday"));
        broker.becomeReady();
        Harness.await().until(() -> rolling().isEmpty());
        var second = uid();

        harness.apply(BrokerCluster.class, CLUSTER);
        seenByTheOperator();
        restartAt("monday");
        seenByTheOperator();
        Harness.await().during(Duration.ofSeconds(3)).until(() -> uid().equals(second));

        restartAt("tuesday");
        Harness.await().until(() -> isReplaced(second));
    }

    @Test
    void otherRequestsAreGivenToThePodThatRunsAndTakenBackFromIt() {
        var before = uid();

        harness.apply(BrokerCluster.class, CLUSTER + "  resources: {log: {requests: {cpu: 300m, memory: 768Mi}}}\n");

        Harness.await().until(() -> cpuOfTheLog().equals("300m"));
        Harness.await().until(() -> events("Resized").size() == 1);
        Harness.await()
                .untilAsserted(() ->
                        assertThat(broker.pod().getMetadata().getAnnotations()).containsKey(InPlaceResize.DONE));

        harness.apply(BrokerCluster.class, CLUSTER);

        Harness.await().until(() -> cpuOfTheLog().equals("200m"));
        assertThat(uid()).isEqualTo(before);
        assertThat(events("Restarting")).isEmpty();
        assertThat(rolling()).isEmpty();
    }

    /** A pod of class Burstable stays one: only a new one can be of class Guaranteed. */
    @Test
    void whatKubernetesDoesNotChangeInAPodThatRunsRestartsIt() {
        var before = uid();
        var same = "{requests: {cpu: 300m, memory: 768Mi}, limits: {cpu: 300m, memory: 768Mi}}";

        harness.apply(
                BrokerCluster.class,
                CLUSTER + "  jvm: {log: [\"-Xms256m\", \"-Xmx512m\"], queues: [\"-Xms256m\", \"-Xmx512m\"]}\n"
                        + "  resources: {log: %s, queues: %s}\n".formatted(same, same));

        Harness.await().until(() -> isReplaced(before));
        assertThat(events("Restarting").getFirst()).contains("Kubernetes does not resize it in place");
    }

    private String cpuOfTheLog() {
        var log = broker.pod().getSpec().getInitContainers().getFirst();
        return String.valueOf(log.getResources().getRequests().get("cpu"));
    }

    private void restartAt(String value) {
        harness.apply(BrokerCluster.class, CLUSTER + "  rolling: {restartAt: " + value + "}\n");
    }

    private void seenByTheOperator() {
        Harness.await().until(() -> {
            var cluster = cluster();
            return cluster.getMetadata()
                    .getGeneration()
                    .equals(cluster.getStatus().observedGeneration());
        });
    }

    private BrokerCluster cluster() {
        return harness.get(BrokerCluster.class, "orders");
    }

    private Optional<RollingStatus> rolling() {
        return Optional.ofNullable(cluster().getStatus().rolling());
    }

    private Optional<String> condition(String type) {
        return Conditions.find(cluster().getStatus().conditions(), type)
                .map(condition -> condition.status() + "/" + condition.reason());
    }

    private String uid() {
        return broker.pod().getMetadata().getUid();
    }

    private boolean isReplaced(String uid) {
        var pod = broker.pod();
        return pod != null && !pod.getMetadata().getUid().equals(uid);
    }

    private List<String> events(String reason) {
        return Harness.client().v1().events().inNamespace(harness.namespace()).list().getItems().stream()
                .filter(event -> event.getReason().equals(reason))
                .map(Event::getMessage)
                .toList();
    }
}
