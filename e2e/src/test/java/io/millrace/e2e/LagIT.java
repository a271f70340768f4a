package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Order(30)
@OnOrders
class LagIT {
    private static final String GROUP = "lagging";

    @Test
    void theLagColumnEqualsWhatKafkasOwnToolPrints(@TempDir Path folder) throws Exception {
        Orders.topic("lagging", "partitions: 3");
        group(GROUP);
        send("lagging", 30);
        Groups.read("lagging", GROUP, 30);
        awaitLag(folder, 0);

        send("lagging", 10_000);
        awaitLag(folder, 10_000);

        Groups.read("lagging", GROUP, 10_000);
        awaitLag(folder, 0);
    }

    @Test
    void aGroupNobodyDeclaredIsDiscoveredAndComesBackWhenItsObjectIsDeleted() throws Exception {
        Orders.topic("found", "partitions: 1");
        send("found", 1);
        Groups.read("found", "Found.By_Itself", 1);
        var object = Groups.awaitObject("Found.By_Itself");

        Orders.KUBE.delete("consumergroup/" + object);

        assertThat(Groups.awaitObject("Found.By_Itself")).isEqualTo(object);
        Orders.KUBE.awaitReady("ConsumerGroup/" + object);
    }

    @Test
    void deletingTheObjectLeavesTheGroupAndItsOffsets() throws Exception {
        Orders.topic("left", "partitions: 1");
        group("left");
        send("left", 7);
        Groups.read("left", "left", 7);
        Groups.awaitLag("left", 0);

        Orders.KUBE.delete("consumergroup/left");

        assertThat(Orders.KUBE.get("ConsumerGroup", "left")).isEmpty();
        try (var admin = Orders.admin()) {
            assertThat(admin.listConsumerGroupOffsets("left")
                            .partitionsToOffsetAndMetadata()
                            .get())
                    .hasEntrySatisfying(new TopicPartition("left", 0), committed -> assertThat(committed.offset())
                            .isEqualTo(7));
        }
    }

    private static void group(String name) {
        Orders.KUBE.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: ConsumerGroup
                metadata: { name: %s }
                spec: { cluster: { name: orders } }
                """.formatted(name));
        Orders.KUBE.awaitReady("ConsumerGroup/" + name);
    }

    private static void send(String topic, int count) throws Exception {
        Records.send(count, i -> new ProducerRecord<>(topic, "k" + i, "v"));
    }

    private static void awaitLag(Path folder, long lag) {
        await("lag " + lag)
                .atMost(Duration.ofMinutes(2))
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
                        Orders.BROKERS.external("kafka"),
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
