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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    @Option(
            names = "--amqp-tls-port",
            description = "AMQP 0-9-1 with TLS, if there is a certificate (default: " + AmqpTls.DEFAULT_PORT + ")")
    private @Nullable String tlsPort;

    @Option(
            names = "--amqp-tls-certificate",
            paramLabel = "FILE",
            description = "its certificate and those between it and the CA, PEM")
    private @Nullable String tlsCertificate;

    @Option(names = "--amqp-tls-key", paramLabel = "FILE", description = "its private key, PKCS#8 PEM")
    private @Nullable String tlsKey;

    @Option(
            names = "--amqp-tls-ca",
            paramLabel = "FILE",
            description = "CAs of clients, PEM: who shows a certificate of theirs may log in with it (EXTERNAL)")
    private @Nullable String tlsTrusted;

    @Option(
            names = "--amqp-tls-fail-if-no-peer-cert",
            description = "clients without a certificate of these CAs are turned away")
    private boolean tlsCertificateRequired;

    @Option(
            names = "--amqp-tls-login-from",
            paramLabel = "PART",
            description = "where such a certificate has the user's name: common_name (default), distinguished_name or"
                    + " subject_alternative_name")
    private @Nullable String tlsLoginFrom;

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
        var options = options();
        var tls = usable(options);
        var ports = new HashSet<>(List.of(kafkaPort, amqpPort, httpPort));
        if (tls.isPresent()) {
            requireFree(tls.get().port(), "--amqp-tls-port");
            ports.add(tls.get().port());
        }
        var shutdown = new Shutdown();
        var node = KafkaNode.standalone(kafkaPort, freePort(ports), dataDirectory(shutdown), kafkaSettings);
        shutdown.closeAtEnd(node::close);
        node.start();
        var queues = queueLayer.start(new QueueLayerSettings(
                "standalone-0",
                HOST,
                amqpPort,
                httpPort,
                Optional.empty(),
                Map.of("bootstrap.servers", node.bootstrap()),
                options,
                true));
        shutdown.closeAtEnd(queues::close);
        announce(node, queues);
        shutdown.await();
        return 0;
    }

    private Map<String, String> options() {
        var options = new HashMap<String, String>();
        queueSettings.forEach((key, value) -> options.put(QueuesSettings.OPTIONS + key, value));
        putIfGiven(options, AmqpTls.PORT, tlsPort);
        putIfGiven(options, AmqpTls.CERTIFICATE, tlsCertificate);
        putIfGiven(options, AmqpTls.KEY, tlsKey);
        putIfGiven(options, AmqpTls.TRUSTED, tlsTrusted);
        putIfGiven(options, AmqpTls.REQUIRED, tlsCertificateRequired ? "true" : null);
        putIfGiven(options, AmqpTls.LOGIN_FROM, tlsLoginFrom);
        return options;
    }

    private static void putIfGiven(Map<String, String> options, String key, @Nullable String value) {
        if (value != null) {
            options.put(key, value);
        }
    }

    /** What is wrong with settings is said before anything starts. */
    private Optional<AmqpTls> usable(Map<String, String> options) {
        try {
            var tls = QueueOptions.parse(options).amqpTls();
            tls.ifPresent(AmqpTls::engines);
            return tls;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
        }
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

    /** A port that nobody listens on, and that is none of those which will be listened on. */
    private static int freePort(Set<Integer> taken) throws IOException {
        while (true) {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (!taken.contains(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            }
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
