package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Dashboards and alerts of the chart, evaluated by a real Prometheus on what this cluster does. */
@Order(65)
@OnOrders
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MonitoringIT {
    private static final Path SHIPPED = Path.of("../helm-chart/monitoring");
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Pattern WAITING = Pattern.compile("for: \\d+m");

    private static @Nullable Prometheus prometheus;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        // What takes minutes out there takes a moment here; the expressions are those that are shipped.
        var rules = WAITING.matcher(Files.readString(SHIPPED.resolve("alerts.yaml")))
                .replaceAll("for: 1s")
                .replace("millrace_group_lag_seconds > 900", "millrace_group_lag_seconds > 5")
                .replace("millrace_drift_total[1h]) > 3", "millrace_drift_total[1h]) > 0");
        prometheus = new Prometheus(
                folder,
                pods(Map.of("millrace.io/cluster", "orders", "app.kubernetes.io/component", "broker")),
                pods(Map.of("app.kubernetes.io/name", "millrace", "app.kubernetes.io/component", "operator"))
                        .getFirst(),
                rules);
    }

    @AfterAll
    static void stop() {
        prometheus().close();
    }

    private static Prometheus prometheus() {
        return Objects.requireNonNull(prometheus);
    }

    @Test
    @Order(1)
    void everyAlertFiresOnTheSeriesOfItsFault() {
        var said = Prometheus.testRules(SHIPPED.resolve("alerts_test.yaml"));

        assertThat(said.status()).as(said.text()).isZero();
    }

    @Test
    @Order(2)
    void everyExpressionOfTheDashboardsYieldsSeries() throws Exception {
        someTraffic();

        var expressions = expressions();
        assertThat(expressions).hasSizeGreaterThan(30);
        expressions.forEach((where, expression) -> await(where + ": " + expression)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> !prometheus().query(expression).isEmpty()));
    }

    @Test
    @Order(3)
    void alertsFireWhenTheirFaultsAreMade() throws Exception {
        Orders.queue("unwatched");
        Orders.queue("growing");
        Orders.topic("behind", "partitions: 1");
        Records.send(1, i -> new ProducerRecord<>("behind", "k", "v"));
        Groups.read("behind", "behind", 1);
        Groups.awaitObject("behind");
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            Messages.publish(channel, "", "unwatched", "one");
            channel.basicQos(1);
            Messages.consume(channel, "growing");
            awaitSeries("millrace_queue_consumers{queue=\"growing\"} > 0");
            for (int i = 0; i < 1_500; i++) {
                channel.basicPublish("", "growing", null, new byte[10]);
            }
            channel.waitForConfirmsOrDie(PATIENCE.toMillis());
            Records.send(1, i -> new ProducerRecord<>("behind", "k", "v"));
            changeBehindTheOperatorsBack();
            awaitFiring(
                    "MillraceQueueWithoutConsumers", "MillraceQueueGrows", "MillraceGroupFallsBehind", "MillraceDrift");
        }
        assertThat(prometheus().firing()).doesNotContain("MillraceNoMetrics", "MillraceOperatorDown");

        Orders.KUBE.kill(Orders.PODS.getFirst());

        awaitFiring("MillraceNoMetrics", "MillraceUnderReplicated");
        await("replicas in sync again")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> !prometheus().firing().contains("MillraceUnderReplicated"));
    }

    private static void someTraffic() throws Exception {
        Records.send(3, i -> new ProducerRecord<>("order-events", "key", "event " + i));
        Groups.read("order-events", "watched", 3);
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            var invoices = Messages.consume(channel, "invoices");
            Messages.publish(channel, "orders", "order.9.paid", "nine");
            channel.basicNack(Messages.tag(Messages.next(invoices)), false, false);
        }
    }

    private static void changeBehindTheOperatorsBack() throws Exception {
        var behind = new ConfigResource(ConfigResource.Type.TOPIC, "behind");
        var change = new AlterConfigOp(new ConfigEntry("retention.ms", "77777777"), AlterConfigOp.OpType.SET);
        try (var admin = Orders.admin()) {
            admin.incrementalAlterConfigs(Map.of(behind, List.of(change))).all().get();
        }
    }

    private static void awaitSeries(String expression) {
        await(expression)
                .atMost(PATIENCE)
                .until(() -> !prometheus().query(expression).isEmpty());
    }

    private static void awaitFiring(String... alerts) {
        await("alerts " + List.of(alerts))
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(prometheus().firing()).contains(alerts));
    }

    private static List<Pod> pods(Map<String, String> labels) {
        return Kube.CLIENT.pods().inAnyNamespace().withLabels(labels).list().getItems();
    }

    /** By dashboard and panel, with Grafana's variables filled in. */
    private static Map<String, String> expressions() throws IOException {
        var expressions = new TreeMap<String, String>();
        try (var files = Files.list(SHIPPED.resolve("dashboards"))) {
            for (var file : files.toList()) {
                var dashboard = new ObjectMapper().readTree(file.toFile());
                for (var panel : dashboard.path("panels")) {
                    for (var target : panel.path("targets")) {
                        expressions.put(
                                "%s, %s, %s"
                                        .formatted(
                                                file.getFileName(),
                                                panel.path("title").asText(),
                                                target.path("refId").asText()),
                                filled(target));
                    }
                }
            }
        }
        return expressions;
    }

    private static String filled(JsonNode target) {
        return target.path("expr")
                .asText()
                .replace("$namespace", ".*")
                .replace("$cluster", ".*")
                .replace("$topic", ".*")
                .replace("$__rate_interval", "30s");
    }
}
