package io.millrace.broker.launcher;

import io.millrace.broker.model.PodName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * Processes of {@code log}, configured by files as the operator would mount them. Each has a loopback address of its own, which the JVM's
 * hosts file gives the name of its pod.
 */
final class TestCluster implements AutoCloseable {
    static final int CLIENT_PORT = 9092;
    static final int SCRAM_PORT = 9094;
    static final int TLS_PORT = 9095;
    private static final int PROBE_PORT = 9404;

    private final Path folder;
    private final TestCertificates certificates;
    private final TestCertificates clients;
    private final Map<Integer, Process> processes = new HashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** Brokers that are controllers, too. */
    TestCluster(Path folder, int nodes) throws IOException, GeneralSecurityException {
        this(folder, IntStream.range(0, nodes).boxed().toList(), List.of());
    }

    /**
     * A cluster.
     *
     * @param brokers node ids
     * @param dedicated node ids of its controllers; without any, brokers are controllers, too
     */
    TestCluster(Path folder, List<Integer> brokers, List<Integer> dedicated)
            throws IOException, GeneralSecurityException {
        this.folder = folder;
        certificates = new TestCertificates(folder.resolve("etc/tls"));
        clients = new TestCertificates(folder.resolve("clients"));
        Files.copy(clients.folder().resolve("ca.crt"), folder.resolve("etc/tls/clients-ca.crt"));
        var hosts = new StringBuilder();
        for (var node : Stream.concat(brokers.stream(), dedicated.stream()).toList()) {
            certificates.issue(pod(node), host(node));
            hosts.append(address(node)).append(' ').append(host(node)).append('\n');
        }
        Files.writeString(folder.resolve("hosts"), hosts);
        Files.createDirectories(folder.resolve("etc/config"));
        Files.createDirectories(folder.resolve("etc/addresses"));
        Files.writeString(
                folder.resolve("etc/config/log.properties"),
                settings(dedicated.isEmpty() ? brokers : dedicated, Math.min(3, brokers.size())));
        quorum(dedicated.isEmpty() ? brokers : dedicated);
    }

    private void quorum(List<Integer> controllers) throws IOException {
        var quorum = Files.createDirectories(folder.resolve("etc/quorum"));
        Files.writeString(quorum.resolve("cluster.id"), Uuid.randomUuid().toString());
        var voters = controllers.stream()
                .map(node -> node + "@" + host(node) + ":9090:" + Uuid.randomUuid())
                .toList();
        Files.writeString(quorum.resolve("initial.controllers"), String.join(",", voters));
    }

    private static String settings(List<Integer> controllers, int replication) {
        var ids = controllers.stream().map(String::valueOf).toList();
        return String.join(
                "\n",
                "millrace.cluster=orders",
                "millrace.headless.service=orders-nodes",
                "millrace.controllers=" + String.join(",", ids),
                "millrace.listener.plain.port=" + CLIENT_PORT,
                "millrace.listener.plain.type=internal",
                "millrace.listener.scram.port=" + SCRAM_PORT,
                "millrace.listener.scram.type=nodeport",
                "millrace.listener.scram.authentication=scram",
                "millrace.listener.tls.port=" + TLS_PORT,
                "millrace.listener.tls.type=nodeport",
                "millrace.listener.tls.tls=true",
                "millrace.listener.tls.authentication=tls",
                "allow.everyone.if.no.acl.found=true",
                "default.replication.factor=" + replication,
                "min.insync.replicas=" + Math.max(1, replication - 1),
                "offsets.topic.replication.factor=" + replication,
                "offsets.topic.num.partitions=4",
                // Three JVMs on one machine with other work on it.
                "broker.session.timeout.ms=6000",
                "");
    }

    void born() throws IOException {
        Files.writeString(folder.resolve("etc/quorum/born"), "true");
    }

    /** Tells a node its addresses for clients outside. */
    void giveAddress(int node) throws IOException {
        Files.writeString(folder.resolve("etc/addresses/scram." + node), "node-ip:" + SCRAM_PORT);
        Files.writeString(folder.resolve("etc/addresses/tls." + node), "node-ip:" + TLS_PORT);
    }

    void start(int node) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(
                java,
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djdk.net.hosts.file=" + folder.resolve("hosts"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(
                "log",
                "--pod=" + pod(node),
                "--namespace=shop",
                "--node-ip=" + address(node),
                "--config=" + folder.resolve("etc"),
                "--data=" + disk(node),
                "--bind=" + address(node),
                "--probe-port=" + PROBE_PORT));
        try {
            processes.put(
                    node,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(
                                    ProcessBuilder.Redirect.appendTo(log(node).toFile()))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Process process(int node) {
        var process = processes.get(node);
        if (process == null) {
            throw new IllegalStateException("node " + node + " was not started");
        }
        return process;
    }

    Path disk(int node) {
        return folder.resolve("disk-" + node);
    }

    Path log(int node) {
        return folder.resolve("log-" + node + ".txt");
    }

    /** Status and body of one of the probes; status 0 when nothing listens. */
    String probe(int node, String path) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + address(node) + ":" + PROBE_PORT + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body().strip();
        } catch (IOException e) {
            return "0 " + e;
        }
    }

    TestCertificates certificates() {
        return certificates;
    }

    /** The CA of clients; it issues {@code CN=<name>,O=millrace}, as the nodes' does: only who has signed can tell them apart. */
    TestCertificates clients() {
        return clients;
    }

    /** Settings of a client that shows a certificate to a broker's listener for clients that have one. */
    Map<String, Object> byCertificate(TlsFiles shown, int node) {
        var nodes = TlsFiles.ofPod(certificates.folder(), pod(node));
        var files = new TlsFiles(nodes.trusted(), shown.certificate(), shown.key());
        var settings = new HashMap<String, Object>(files.clientProperties(address(node) + ":" + TLS_PORT));
        // Nodes advertise their addresses here, which their certificates do not name.
        settings.put("ssl.endpoint.identification.algorithm", "");
        return settings;
    }

    static String pod(int node) {
        return PodName.ofNode("orders", node).toString();
    }

    static String host(int node) {
        return pod(node) + ".orders-nodes.shop.svc";
    }

    static String address(int node) {
        var pod = PodName.ofNode("orders", node);
        return "127.0.91." + (pod.ordinal() + (pod.role() == PodName.Role.BROKER ? 1 : 101));
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroyForcibly);
        http.close();
    }
}
