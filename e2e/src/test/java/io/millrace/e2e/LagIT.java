package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Order(30)
@ExtendWith(Orders.class)
class LagIT {
    private static final String GROUP = "billing";

    @Test
    void theLagColumnEqualsWhatKafkasOwnToolPrints(@TempDir Path folder) throws Exception {
        Orders.topic("invoices", "partitions: 3");
        Orders.KUBE.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: ConsumerGroup
                metadata: { name: billing }
                spec: { cluster: { name: orders } }
                """);
        send(30);
        consume(30);
        awaitLag(folder, 0);

        send(10_000);
        awaitLag(folder, 10_000);

        consume(10_000);
        awaitLag(folder, 0);
    }

    @Test
    void aGroupNobodyDeclaredIsDiscovered() throws Exception {
        Orders.topic("found", "partitions: 1");
        try (var producer = Records.producer(Map.of());
                var consumer = Records.consumer("Found.By_Itself", Map.of())) {
            producer.send(new ProducerRecord<>("found", "k", "v")).get();
            consumer.subscribe(List.of("found"));
            Records.read(consumer, 1);
            consumer.commitSync();

            await().atMost(Duration.ofMinutes(1)).until(() -> Orders.KUBE
                    .kubectl("", "get", "consumergroups", "-o", "jsonpath={.items[*].spec.group}")
                    .text()
                    .contains("Found.By_Itself"));
        }
    }

    private static void send(int count) throws Exception {
        Records.send(count, i -> new ProducerRecord<>("invoices", "k" + i, "v"));
    }

    private static void consume(int count) {
        try (var consumer = Records.consumer(GROUP, Map.of("max.poll.records", "2000"))) {
            consumer.subscribe(List.of("invoices"));
            assertThat(Records.read(consumer, count)).hasSizeGreaterThanOrEqualTo(count);
            consumer.commitSync();
        }
    }

    private static void awaitLag(Path folder, long lag) {
        await("lag " + lag)
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    var columns = Orders.KUBE.columns("consumergroup", GROUP);
                    assertThat(columns).containsEntry("LAG", Long.toString(lag)).containsKey("LAG-TIME");
                    assertThat(lagByKafkasTool(folder)).isEqualTo(lag);
                });
    }

    /** The sum of column LAG of {@code kafka-consumer-groups --describe}. */
    private static long lagByKafkasTool(Path folder) throws IOException {
        var config = folder.resolve("client.properties");
        var lines = new ArrayList<String>();
        Orders.client("ops").forEach((key, value) -> lines.add(key + "=" + value));
        Files.write(config, lines);
        var said = Kube.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
                        "--bootstrap-server",
                        Orders.external("kafka"),
                        "--command-config",
                        config.toString(),
                        "--describe",
                        "--group",
                        GROUP),
                "");
        var rows =
                said.text().lines().filter(line -> line.startsWith(GROUP + " ")).toList();
        assertThat(rows).as(said.text()).isNotEmpty();
        return rows.stream()
                .map(line -> line.split("\\s+", -1)[5])
                .filter(cell -> !cell.equals("-"))
                .mapToLong(Long::parseLong)
                .sum();
    }
}
