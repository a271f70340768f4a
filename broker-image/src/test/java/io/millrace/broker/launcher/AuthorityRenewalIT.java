package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both authorities of two real nodes are replaced in the three steps of docs/security.md, by files that change as those of a mounted
 * Secret: the nodes go on, and so does a client that was there before.
 */
@Timeout(180)
class AuthorityRenewalIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** What clients trust. */
    private static final String BOTH = "both.crt";

    private static final int NODES = 2;
    private static final int CONTROLLER_PORT = 9090;
    private static final int REPLICATION_PORT = 9091;

    @Test
    void authoritiesAreReplacedInThreeStepsWhileNodesAndAClientGoOn(@TempDir Path folder) throws Exception {
        try (var cluster = new TestCluster(folder.resolve("cluster"), NODES)) {
            var ofNodes = new TestCertificates(folder.resolve("next"), "next-ca");
            var ofClients = new TestCertificates(folder.resolve("next-clients"), "next-clients-ca");
            var both = cluster.certificates().authorityPem() + ofNodes.authorityPem();
            Files.writeString(cluster.certificates().folder().resolve(BOTH), both);
            start(cluster);
            var old = cluster.clients().issue("app");
            var renewed = ofClients.issue("app");
            try (var producer = producer(cluster, old)) {
                send(producer, "before");
                var first = connections(producer);
                assertThat(letsIn(cluster, ofNodes.issue("probe"), REPLICATION_PORT))
                        .isFalse();

                // Trust both.
                trust(cluster, "ca.crt", both);
                trust(cluster, "clients-ca.crt", cluster.clients().authorityPem() + ofClients.authorityPem());
                for (var port : List.of(REPLICATION_PORT, CONTROLLER_PORT)) {
                    awaitLetIn(cluster, ofNodes.issue("probe"), port);
                    awaitLetIn(cluster, cluster.certificates().issue("probe"), port);
                }
                awaitLetIn(cluster, renewed, TestCluster.TLS_PORT);
                assertThat(letsIn(cluster, old, TestCluster.TLS_PORT)).isTrue();

                send(producer, "with both trusted");
                assertThat(connections(producer)).isEqualTo(first);

                // Issue from the new one: first to one node, which has to be accepted by the other when it comes back.
                give(cluster, ofNodes, 1);
                cluster.process(1).destroy();
                assertThat(cluster.process(1).waitFor(60, TimeUnit.SECONDS)).isTrue();
                cluster.start(1);
                awaitReady(cluster, 1);
                send(producer, "with certificates of both");
                var connections = connections(producer);
                give(cluster, ofNodes, 0);
                await().atMost(PATIENCE).until(() -> shown(cluster, ofNodes.issue("probe"), 0, REPLICATION_PORT)
                        .filter(leaf -> leaf.getIssuerX500Principal().getName().equals("CN=next-ca"))
                        .isPresent());

                // Drop the former.
                trust(cluster, "ca.crt", ofNodes.authorityPem());
                trust(cluster, "clients-ca.crt", ofClients.authorityPem());
                awaitShutOut(cluster, cluster.certificates().issue("probe"), REPLICATION_PORT);
                awaitShutOut(cluster, old, TestCluster.TLS_PORT);
                assertThat(letsIn(cluster, ofNodes.issue("probe"), CONTROLLER_PORT))
                        .isTrue();

                send(producer, "after");
                assertThat(connections(producer)).isEqualTo(connections);
                try (var late = producer(cluster, renewed)) {
                    send(late, "by a client that came late");
                }
            }
        }
    }

    private static void start(TestCluster cluster) throws Exception {
        for (int node = 0; node < NODES; node++) {
            cluster.giveAddress(node);
            cluster.start(node);
        }
        for (int node = 0; node < NODES; node++) {
            awaitReady(cluster, node);
        }
        cluster.born();
        try (var admin = Admin.create(client(cluster, cluster.clients().issue("app")))) {
            admin.createTopics(List.of(new NewTopic("orders", 1, (short) NODES)))
                    .all()
                    .get();
        }
    }

    private static void awaitReady(TestCluster cluster, int node) {
        await("node " + node + "; its log is " + cluster.log(node))
                .atMost(PATIENCE)
                .until(() -> cluster.probe(node, "/readyz").equals("200 ready"));
    }

    /** Writes a file as the kubelet does: nobody reads half of it. */
    private static void trust(TestCluster cluster, String file, String content) throws IOException {
        var folder = cluster.certificates().folder();
        var next = Files.writeString(folder.resolve("next.tmp"), content);
        Files.move(next, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void give(TestCluster cluster, TestCertificates issuer, int node) throws Exception {
        var pod = TestCluster.pod(node);
        var issued = issuer.issue(pod, TestCluster.host(node));
        trust(cluster, pod + ".crt", Files.readString(issued.certificate()));
        trust(cluster, pod + ".key", Files.readString(issued.key()));
    }

    private static void awaitLetIn(TestCluster cluster, TlsFiles shown, int port) {
        await("port " + port).atMost(PATIENCE).until(() -> letsIn(cluster, shown, port));
    }

    private static void awaitShutOut(TestCluster cluster, TlsFiles shown, int port) {
        await("port " + port).atMost(PATIENCE).until(() -> isShutOut(cluster, shown, port));
    }

    private static boolean letsIn(TestCluster cluster, TlsFiles shown, int port) throws Exception {
        for (int node = 0; node < NODES; node++) {
            if (shown(cluster, shown, node, port).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isShutOut(TestCluster cluster, TlsFiles shown, int port) throws Exception {
        for (int node = 0; node < NODES; node++) {
            if (shown(cluster, shown, node, port).isPresent()) {
                return false;
            }
        }
        return true;
    }

    /** The certificate of a port that lets us in. As the operator looks: in TLS 1.2 that is known when the handshake is over. */
    private static Optional<X509Certificate> shown(TestCluster cluster, TlsFiles own, int node, int port)
            throws Exception {
        var context = PemFiles.load(trusting(cluster, own)).context();
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(TestCluster.address(node), port), 5_000);
            plain.setSoTimeout(5_000);
            try (var socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, TestCluster.host(node), port, true)) {
                socket.setEnabledProtocols(new String[] {"TLSv1.2"});
                socket.startHandshake();
                return Optional.of((X509Certificate) socket.getSession().getPeerCertificates()[0]);
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static TlsFiles trusting(TestCluster cluster, TlsFiles shown) {
        return new TlsFiles(cluster.certificates().folder().resolve(BOTH), shown.certificate(), shown.key());
    }

    private static Map<String, Object> client(TestCluster cluster, TlsFiles shown) {
        var settings = new HashMap<>(
                trusting(cluster, shown).clientProperties(TestCluster.address(0) + ":" + TestCluster.TLS_PORT));
        // Nodes advertise their addresses here, which their certificates do not name.
        settings.put("ssl.endpoint.identification.algorithm", "");
        return settings;
    }

    private static KafkaProducer<String, String> producer(TestCluster cluster, TlsFiles shown) {
        return new KafkaProducer<>(client(cluster, shown), new StringSerializer(), new StringSerializer());
    }

    private static void send(KafkaProducer<String, String> producer, String value) throws Exception {
        assertThat(producer.send(new ProducerRecord<>("orders", "key", value))
                        .get(60, TimeUnit.SECONDS)
                        .hasOffset())
                .isTrue();
    }

    /** How many connections it has ever made. */
    private static double connections(KafkaProducer<String, String> producer) {
        return producer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("connection-creation-total"))
                .filter(metric -> metric.getKey().group().equals("producer-metrics"))
                .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
                .sum();
    }
}
