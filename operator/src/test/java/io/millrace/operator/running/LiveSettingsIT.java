package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.api.v1alpha1.ConfigStatus;
import io.millrace.api.v1alpha1.RefusedSetting;
import io.millrace.operator.client.SettingAdmin;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaServer;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.fixture.SingleBroker;
import io.millrace.operator.settings.LiveChange;
import io.millrace.operator.status.Conditions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Settings that change while brokers run, on the real API server and a real Kafka. */
class LiveSettingsIT {

    private static final String CLUSTER = """
            apiVersion: millrace.io/v1alpha1
            kind: BrokerCluster
            metadata: {name: orders}
            spec:
              replicas: 1
              storage: {size: 1Gi, onDelete: Delete}
            """;
    private static final String BYTES = "log.retention.bytes";

    private final SettingAdmin kafka = KafkaServer.shared().admin().settings();
    private Harness harness;
    private SingleBroker broker;
    private String pod = "";

    @BeforeEach
    void start() {
        var connections = new LocalConnections();
        var parts = new Parts();
        harness = new Harness(parts, List.of(parts.clusters(connections)));
        broker = new SingleBroker(harness);
        broker.found();
        harness.apply(BrokerCluster.class, CLUSTER);
        broker.becomeReady();
        pod = broker.pod().getMetadata().getUid();
    }

    @AfterEach
    void stop() {
        harness.close();
        kafka.alter(new LiveChange(Map.of(), Set.of(BYTES), Map.of()));
    }

    @Test
    void aLiveSettingChangesWithoutARestartStaysAndGoesAgain() {
        harness.apply(BrokerCluster.class, CLUSTER + "  config: {log.retention.bytes: \"1000000\"}\n");
        Harness.await().until(() -> "1000000".equals(told()));
        Harness.await().until(() -> status().config() == null);
        assertThat(file()).contains(BYTES + "=1000000\n");
        assertThat(harness.count("millrace.drift", "BrokerCluster"))
                .as("a change of the spec is no drift")
                .isZero();

        kafka.alter(new LiveChange(Map.of(BYTES, "5"), Set.of(), Map.of()));
        Harness.await().until(() -> harness.count("millrace.drift", "BrokerCluster") > 0);
        Harness.await().until(() -> "1000000".equals(told()));

        harness.apply(BrokerCluster.class, CLUSTER);
        Harness.await().until(() -> told() == null);
        Harness.await().until(() -> !file().contains(BYTES));
        assertThat(broker.pod().getMetadata().getUid()).isEqualTo(pod);
    }

    @Test
    void aSettingOfTheQueueLayerComesWithTheFileAndPodsAreToldToLook() {
        harness.apply(BrokerCluster.class, CLUSTER + "  queues: {config: {memory.high.watermark: \"0.5\"}}\n");

        Harness.await().until(() -> harness.get(ConfigMap.class, "orders-broker")
                .getData()
                .get("queues.properties")
                .contains("millrace.queues.memory.high.watermark=0.5\n"));
        Harness.await().until(() -> broker.pod().getMetadata().getAnnotations().containsKey("millrace.io/queues-file"));
        Harness.await().until(() -> status().config() == null);
        assertThat(broker.pod().getMetadata().getUid()).isEqualTo(pod);
    }

    @Test
    void aValueThatKafkaRefusesIsToldInItsWordsAndKeptFromBrokers() {
        harness.apply(
                BrokerCluster.class, CLUSTER + "  config: {num.io.threads: many, log.retention.bytes: \"2000000\"}\n");

        Harness.await().until(() -> "2000000".equals(told()));
        Harness.await().untilAsserted(() -> assertThat(Conditions.find(status().conditions(), "Stalled"))
                .get()
                .satisfies(stalled -> {
                    assertThat(stalled.reason()).isEqualTo("SettingRefused");
                    assertThat(stalled.message()).contains("num.io.threads", "many");
                }));
        assertThat(Conditions.isReady(status().conditions())).isTrue();
        assertThat(Objects.requireNonNull(status().config()).refused())
                .extracting(RefusedSetting::name, RefusedSetting::value)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("num.io.threads", "many"));
        assertThat(file()).contains(BYTES).doesNotContain("num.io.threads");
        assertThat(broker.pod().getMetadata().getUid()).isEqualTo(pod);
    }

    @Test
    void whatWouldBecomeOfSettingsIsToldWhileTheClusterIsPaused() {
        harness.apply(
                BrokerCluster.class,
                CLUSTER
                        + "  management: Paused\n"
                        + "  config: {log.retention.hours: \"5\", log.retention.bytes: \"3000000\"}\n");

        Harness.await().untilAsserted(() -> assertThat(status().config())
                .isEqualTo(new ConfigStatus(List.of(BYTES), List.of("log.retention.hours"), null)));
        assertThat(told()).isNull();
        assertThat(broker.pod().getMetadata().getUid()).isEqualTo(pod);
    }

    private BrokerClusterStatus status() {
        return harness.get(BrokerCluster.class, "orders").getStatus();
    }

    private String file() {
        return harness.get(ConfigMap.class, "orders-broker").getData().get("log.properties");
    }

    private String told() {
        return kafka.told().orElseThrow().get("/" + BYTES);
    }
}
