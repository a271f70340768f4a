package io.millrace.broker.launcher;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code standalone}: Kafka and the queue layer in one process on localhost, for developers of applications. */
@Command(name = "standalone", description = "Runs one broker of both protocols on localhost.")
final class StandaloneCommand implements Callable<Integer> {
    private static final String HOST = "localhost";

    private final QueueLayer.Starter queueLayer;

    @Option(names = "--kafka-port", defaultValue = "9092", description = "Kafka (default: ${DEFAULT-VALUE})")
    private int kafkaPort;

    @Option(names = "--amqp-port", defaultValue = "5672", description = "AMQP 0-9-1 (default: ${DEFAULT-VALUE})")
    private int amqpPort;

    @Option(names = "--http-port", defaultValue = "15672", description = "management API (default: ${DEFAULT-VALUE})")
    private int httpPort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "where to keep data (default: a folder that goes with the process)")
    private @Nullable Path data;

    @Option(
            names = "--kafka-setting",
            paramLabel = "KEY=VALUE",
            description = "a setting of Kafka's; may be given more than once")
    private Map<String, String> kafkaSettings = new LinkedHashMap<>();

    @Option(
            names = "--queue-setting",
            paramLabel = "KEY=VALUE",
            description = "a setting of the queue layer's (docs/configuration.md); may be given more than once")
    private Map<String, String> queueSettings = new LinkedHashMap<>();

    @Spec
    private @Nullable CommandSpec spec;

    StandaloneCommand(QueueLayer.Starter queueLayer) {
        this.queueLayer = queueLayer;
    }

    @Override
    public Integer call() throws Exception {
        requireFree(kafkaPort, "--kafka-port");
        requireFree(amqpPort, "--amqp-port");
        requireFree(httpPort, "--http-port");
        var shutdown = new Shutdown();
        var node = KafkaNode.standalone(kafkaPort, freePort(), dataDirectory(shutdown), kafkaSettings);
        shutdown.closeAtEnd(node::close);
        node.start();
        var queues = queueLayer.start(new QueueLayerSettings(
                "standalone-0",
                HOST,
                amqpPort,
                httpPort,
                Map.of("bootstrap.servers", node.bootstrap()),
                options(),
                true));
        shutdown.closeAtEnd(queues::close);
        announce(node, queues);
        shutdown.await();
        return 0;
    }

    private Map<String, String> options() {
        return queueSettings.entrySet().stream()
                .collect(Collectors.toMap(setting -> QueuesSettings.OPTIONS + setting.getKey(), Map.Entry::getValue));
    }

    private void announce(KafkaNode node, QueueLayer queues) {
        var endpoints = new ArrayList<String>();
        endpoints.add("kafka " + node.bootstrap());
        endpoints.addAll(queues.endpoints());
        var upMs = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        out().printf("ready after %d.%d s: %s%n", upMs / 1000, upMs % 1000 / 100, String.join(", ", endpoints));
        out().flush();
    }

    private Path dataDirectory(Shutdown shutdown) throws IOException {
        if (data != null) {
            return Files.createDirectories(data.toAbsolutePath());
        }
        var temporary = Files.createTempDirectory("millrace-");
        shutdown.closeAtEnd(() -> delete(temporary));
        return temporary;
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void requireFree(int port, String option) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new ParameterException(
                    commandSpec().commandLine(), "port " + port + " is taken; choose another with " + option, e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private PrintWriter out() {
        return commandSpec().commandLine().getOut();
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it calls");
        }
        return spec;
    }
}
