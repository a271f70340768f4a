package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.connect.cli.ConnectStandalone;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is built on Kafka's clients runs on the cluster as it is: Streams and Connect, as processes of their own, from the examples. */
@Order(47)
@OnOrders
class EcosystemIT {
    private static final Path EXAMPLES = Path.of("../examples");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void wordsAreCountedByKafkaStreams() throws Exception {
        Orders.topic("lines", "partitions: 2");
        Orders.topic("word-counts", "partitions: 1");
        Records.send(100, i -> new ProducerRecord<>("lines", "k" + i, "to be or not to be"));

        var counts = new HashMap<String, String>();
        var program = EXAMPLES.resolve("apps/WordCount.java").toString();
        try (var running = start(Map.of(), program, "lines", "word-counts");
                var consumer = Records.consumer("word-watchers", Map.of("isolation.level", "read_committed"))) {
            consumer.subscribe(List.of("word-counts"));
            await("200 times to be in " + running.log()).atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(count -> counts.put(count.key(), count.value()));
                return "200".equals(counts.get("to")) && "200".equals(counts.get("be"));
            });
        }
        assertThat(counts).containsEntry("or", "100").containsEntry("not", "100");
        Groups.awaitLag(Groups.awaitObject("word-count"), 0);
    }

    @Test
    void linesOfAFileGoThroughATopicIntoAnotherByConnect(@TempDir Path folder) throws Exception {
        Orders.topic("connect-lines", "partitions: 1");
        var source = Files.write(folder.resolve("source"), List.of("one", "two", "three"));
        var sink = folder.resolve("sink");
        var environment = Map.of(
                "CONNECT_LISTENER", "http://127.0.0.1:" + freePort(),
                "CONNECT_OFFSETS", folder.resolve("offsets").toString(),
                "SOURCE_FILE", source.toString(),
                "SINK_FILE", sink.toString());

        try (var running = start(
                environment,
                ConnectStandalone.class.getName(),
                EXAMPLES.resolve("connect/worker.properties").toString(),
                EXAMPLES.resolve("connect/file-source.properties").toString(),
                EXAMPLES.resolve("connect/file-sink.properties").toString())) {
            await("lines in the sink, " + running.log())
                    .atMost(PATIENCE)
                    .until(() -> Files.exists(sink) && Files.readAllLines(sink).equals(List.of("one", "two", "three")));
        }
    }

    /** A process, and what it says. */
    private record Running(Process process, Path log) implements AutoCloseable {
        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }

    private Running start(Map<String, String> environment, String... program) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(program));
        var log = Path.of("target", Path.of(program[0]).getFileName() + ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("KAFKA_BOOTSTRAP", Orders.BROKERS.external("kafka"));
        builder.environment().put("KAFKA_USERNAME", "ops");
        builder.environment().put("KAFKA_PASSWORD", Orders.BROKERS.password("ops"));
        return new Running(builder.start(), log.toAbsolutePath());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
