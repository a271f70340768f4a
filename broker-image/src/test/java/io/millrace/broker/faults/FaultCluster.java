package io.millrace.broker.faults;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.millrace.broker.launcher.Main;
import io.millrace.broker.launcher.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Three pods as the operator would run them: of each a process of the log and one of the queue layer, configured by files, with mutual TLS between them. */
final class FaultCluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FaultCluster.class);
    static final int NODES = 3;
    static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final int MANAGEMENT_PORT = 15672;
    private static final int AMQP_PORT = 5672;
    private static final int LOG_PROBES = 9404;
    private static final int QUEUE_PROBES = 9405;
    private static final int DEBUGGER_PORT = 5005;

    /** The two containers of a pod. */
    enum Part {
        LOG,
        QUEUES
    }

    private record Key(Part part, int node) {}

    private final Path folder;
    private final FaultNetwork network;
    private final boolean stoppable;
    private final Map<Key, Process> processes = new HashMap<>();

    /**
     * Made of files below {@code target}, where the logs of its processes stay when it has ended.
     *
     * @param logSettings more lines of {@code log.properties}
     */
    static FaultCluster inTarget(String... logSettings) throws IOException, GeneralSecurityException {
        return new FaultCluster(new FaultNetwork(false), List.of(logSettings), List.of(), false);
    }

    /** The same, as a test class wishes it. */
    static FaultCluster inTarget(PodSettings wish) throws IOException, GeneralSecurityException {
        return new FaultCluster(
                new FaultNetwork(wish.logByProxy()), List.of(wish.log()), List.of(wish.queues()), wish.stoppable());
    }

    private FaultCluster(FaultNetwork network, List<String> log, List<String> queues, boolean stoppable)
            throws IOException, GeneralSecurityException {
        this.network = network;
        this.stoppable = stoppable;
        folder = Path.of("target", "faults", ProcessHandle.current().pid() + "-" + System.nanoTime())
                .toAbsolutePath();
        LOG.info("logs of the pods: {}", folder);
        var certificates = new TestCertificates(folder.resolve("etc/tls"));
        for (int node = 0; node < NODES; node++) {
            certificates.issue(pod(node), FaultNetwork.host(node), FaultNetwork.linkHost(node));
            write("etc/addresses/plain." + node, "node-ip:" + FaultNetwork.KAFKA_PORT);
        }
        write("hosts-log", network.hosts());
        for (int edge = 0; edge < NODES; edge++) {
            write("hosts-" + edge, network.hosts(edge));
        }
        write("etc/config/log.properties", logSettings() + String.join("\n", log));
        write("etc/config/queues.properties", queueSettings() + String.join("\n", queues));
        write("etc/admin/username", "guest");
        write("etc/admin/password", "guest");
        write("etc/quorum/cluster.id", Uuid.randomUuid().toString());
        write(
                "etc/quorum/initial.controllers",
                each(node -> node + "@" + FaultNetwork.host(node) + ":9090:" + Uuid.randomUuid()));
    }

    private void write(String name, String text) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }

    private static String each(java.util.function.IntFunction<String> of) {
        return IntStream.range(0, NODES).mapToObj(of).collect(Collectors.joining(","));
    }

    private static String logSettings() {
        return String.join(
                "\n",
                "millrace.cluster=orders",
                "millrace.headless.service=orders-nodes",
                "millrace.controllers=0,1,2",
                "millrace.listener.plain.port=" + FaultNetwork.KAFKA_PORT,
                "millrace.listener.plain.type=nodeport",
                "allow.everyone.if.no.acl.found=true",
                "default.replication.factor=3",
                "min.insync.replicas=2",
                "offsets.topic.replication.factor=3",
                "offsets.topic.num.partitions=4",
                "transaction.state.log.replication.factor=3",
                "transaction.state.log.num.partitions=4",
                "num.partitions=1",
                "auto.create.topics.enable=false", // or producers ask for topics of deleted queues, and the controller
                // for nothing else
                "log.cleaner.dedupe.buffer.size=16777216",
                "log.cleaner.backoff.ms=500",
                // Six JVMs on one machine with other work on it.
                "broker.session.timeout.ms=6000",
                "");
    }

    private static String queueSettings() {
        return String.join(
                "\n",
                "millrace.cluster=orders",
                "millrace.bootstrap=" + each(node -> FaultNetwork.linkHost(node) + ":" + FaultNetwork.REPLICATION_PORT),
                "millrace.amqp.port=" + AMQP_PORT,
                "millrace.link.port=" + FaultNetwork.LINK_PORT,
                "millrace.management.port=" + MANAGEMENT_PORT,
                "");
    }

    /** Starts everything and returns when every pod serves. */
    void start() {
        for (int node = 0; node < NODES; node++) {
            start(Part.LOG, node);
        }
        for (int node = 0; node < NODES; node++) {
            awaitReady(Part.LOG, node);
        }
        try {
            write("etc/quorum/born", "true");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int node = 0; node < NODES; node++) {
            start(Part.QUEUES, node);
        }
        awaitReady();
    }

    /** Starts again what a test that failed has left killed. */
    void startWhatEnded() {
        for (var part : Part.values()) {
            for (int node = 0; node < NODES; node++) {
                if (!process(part, node).isAlive()) {
                    start(part, node);
                }
            }
        }
    }

    void awaitReady() {
        for (int node = 0; node < NODES; node++) {
            awaitReady(Part.LOG, node);
            awaitReady(Part.QUEUES, node);
        }
    }

    void start(Part part, int node) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djdk.net.hosts.file=" + folder.resolve(part == Part.LOG ? "hosts-log" : "hosts-" + node),
                "-cp",
                System.getProperty("java.class.path")));
        if (stoppable && part == Part.QUEUES) {
            command.add("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=" + address(node) + ":"
                    + DEBUGGER_PORT);
        }
        command.add(Main.class.getName());
        command.addAll(arguments(part, node));
        var log = folder.resolve(part + "-" + node + ".log").toFile();
        try {
            processes.put(
                    new Key(part, node),
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> arguments(Part part, int node) {
        var common = List.of("--pod=" + pod(node), "--config=" + folder.resolve("etc"), "--bind=" + address(node));
        var own = part == Part.LOG
                ? List.of("--namespace=shop", "--node-ip=" + address(node), "--data=" + disk(node))
                : List.<String>of();
        var all = new ArrayList<String>();
        all.add(part == Part.LOG ? "log" : "queues");
        all.addAll(common);
        all.addAll(own);
        all.add("--probe-port=" + (part == Part.LOG ? LOG_PROBES : QUEUE_PROBES));
        return all;
    }

    void awaitReady(Part part, int node) {
        await(part + " of " + pod(node)).atMost(PATIENCE).until(() -> isReady(part, node));
    }

    /** Asks by hand: a client library would keep connections to a process that is stopped. */
    boolean isReady(Part part, int node) {
        try (var socket = new Socket()) {
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(address(node), part == Part.LOG ? LOG_PROBES : QUEUE_PROBES), 2_000);
            socket.getOutputStream().write("GET /readyz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.startsWith("HTTP/1.1 200");
        } catch (IOException e) {
            return false;
        }
    }

    // --- faults ---

    /** SIGKILL; returns when the process is gone. */
    void kill(Part part, int node) {
        process(part, node).destroyForcibly().onExit().join();
    }

    /** SIGTERM; returns when the process has ended. */
    void terminate(Part part, int node) throws InterruptedException {
        process(part, node).destroy();
        if (!process(part, node).waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(part + " of " + pod(node) + " does not end");
        }
    }

    /** SIGSTOP. */
    void freeze(Part part, int node) {
        signal("STOP", part, node);
    }

    /** SIGCONT. */
    void thaw(Part part, int node) {
        signal("CONT", part, node);
    }

    private void signal(String signal, Part part, int node) {
        try {
            var pid = Long.toString(process(part, node).pid());
            if (new ProcessBuilder("kill", "-" + signal, pid).start().waitFor() != 0) {
                throw new IllegalStateException("no process " + pid);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isAlive(Part part, int node) {
        return process(part, node).isAlive();
    }

    long pid(Part part, int node) {
        return process(part, node).pid();
    }

    private Process process(Part part, int node) {
        return Objects.requireNonNull(processes.get(new Key(part, node)), "not started");
    }

    /** The links between two pods, in both directions. */
    List<LinkProxy> linksBetween(int one, int other) {
        return network.linksBetween(one, other);
    }

    /** The way of a pod's queue layer to a node of the log. */
    LinkProxy wayToLog(int edge, int node) {
        return network.wayToLog(edge, node);
    }

    /** Where a debugger reaches a pod's queue layer, if that is stoppable. */
    InetSocketAddress debugger(int node) {
        return new InetSocketAddress(address(node), DEBUGGER_PORT);
    }

    // --- clients ---

    Connection connect(int node) throws IOException, TimeoutException {
        return connect(node, "/");
    }

    Connection connect(int node, String vhost) throws IOException, TimeoutException {
        var factory = new ConnectionFactory();
        factory.setVirtualHost(vhost);
        factory.setHost(address(node));
        factory.setPort(AMQP_PORT);
        factory.setAutomaticRecoveryEnabled(false);
        factory.setRequestedHeartbeat(0); // a pod that is frozen comes back
        factory.setConnectionTimeout((int) PATIENCE.toMillis());
        factory.setHandshakeTimeout((int) PATIENCE.toMillis());
        factory.setChannelRpcTimeout((int) PATIENCE.toMillis());
        return factory.newConnection();
    }

    /** Where clients find the queue layers of all pods. */
    List<Address> amqpAddresses() {
        return IntStream.range(0, NODES)
                .mapToObj(node -> new Address(address(node), AMQP_PORT))
                .toList();
    }

    /** A resource of a pod's management API. */
    URI management(int node, String path) {
        return URI.create("http://" + address(node) + ":" + MANAGEMENT_PORT + path);
    }

    String bootstrap() {
        return each(node -> address(node) + ":" + FaultNetwork.KAFKA_PORT);
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap()));
    }

    static String pod(int node) {
        return "orders-broker-" + node;
    }

    static int nodeOf(String pod) {
        return Integer.parseInt(pod.substring(pod.length() - 1));
    }

    private String address(int node) {
        return network.address(node);
    }

    @Override
    public void close() throws IOException {
        processes.values().forEach(process -> process.destroyForcibly().onExit().join());
        network.close();
        for (int node = 0; node < NODES; node++) {
            delete(disk(node));
        }
    }

    /** What a node of the log keeps its data below. */
    Path disk(int node) {
        return folder.resolve("disk-" + node);
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
