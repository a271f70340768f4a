package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class LogIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void threeNodesFoundAClusterAndOutliveTheLossOfOne(@TempDir Path folder) throws Exception {
        try (var cluster = new TestCluster(folder, 3)) {
            for (int node = 0; node < 3; node++) {
                cluster.giveAddress(node);
                cluster.start(node);
            }
            for (int node = 0; node < 3; node++) {
                awaitReady(cluster, node);
            }
            cluster.born();
            try (var admin = admin(cluster, 0)) {
                admin.createTopics(List.of(new NewTopic("orders", 3, (short) 3)))
                        .all()
                        .get();
                makeUser(admin, "alice", "secret");
            }
            // Each node learns of a new user by itself, and a producer that one of them refuses has failed for good.
            for (int node = 0; node < 3; node++) {
                var known = scram("alice", "secret", node);
                await().atMost(PATIENCE)
                        .ignoreException(ExecutionException.class)
                        .until(() -> logsIn(known));
            }
            assertThat(produce(scram("alice", "secret", 0, 1), "before")).isPositive();
            assertThat(logsIn(cluster.byCertificate(cluster.clients().issue("app"), 1)))
                    .isTrue();
            // Not even a certificate of a node, or of the operator, is one of a client.
            assertThatThrownBy(() ->
                            logsIn(cluster.byCertificate(cluster.certificates().issue("millrace-operator"), 1)))
                    .hasCauseInstanceOf(SslAuthenticationException.class);
            assertThat(cluster.probe(0, "/metrics")).contains("kafka_server_raft_metrics_", "jvm_memory_used_bytes");

            cluster.process(2).destroyForcibly().waitFor();

            assertThat(produce(scram("alice", "secret", 0, 1), "while one is gone"))
                    .isPositive();
            cluster.start(2);
            awaitReady(cluster, 2);
            cluster.process(1).destroy();
            assertThat(cluster.process(1).waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(cluster.process(1).exitValue()).isZero();
        }
    }

    @Test
    void anEmptyDiskOfAClusterThatIsBornDoesNotFoundASecondOne(@TempDir Path folder) throws Exception {
        try (var cluster = new TestCluster(folder, 1)) {
            cluster.giveAddress(0);
            cluster.born();

            cluster.start(0);

            await().atMost(PATIENCE).until(() -> cluster.probe(0, "/startupz").startsWith("200"));
            await().during(Duration.ofSeconds(4)).atMost(PATIENCE).until(() -> cluster.probe(0, "/readyz")
                    .startsWith("503"));
        }
    }

    @Test
    void aDiskOfAnotherClusterIsRefusedInWords(@TempDir Path folder) throws Exception {
        try (var cluster = new TestCluster(folder, 1)) {
            cluster.giveAddress(0);
            Files.createDirectories(cluster.disk(0).resolve("log"));
            Files.writeString(
                    cluster.disk(0).resolve("log/meta.properties"),
                    "version=1\nnode.id=0\ncluster.id=somebody-elses\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAQ\n");

            cluster.start(0);

            assertThat(cluster.process(0).waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(cluster.process(0).exitValue()).isEqualTo(1);
            assertThat(cluster.log(0)).content().contains("somebody-elses", "refusing to start");
        }
    }

    @Test
    void answersProbesWhileItWaitsForItsAddress(@TempDir Path folder) throws Exception {
        try (var cluster = new TestCluster(folder, 1)) {
            cluster.start(0);
            await().atMost(PATIENCE).until(() -> cluster.probe(0, "/livez").startsWith("200"));
            assertThat(cluster.probe(0, "/readyz")).isEqualTo("503 starting");

            cluster.giveAddress(0);

            awaitReady(cluster, 0);
        }
    }

    private static void awaitReady(TestCluster cluster, int node) {
        await("node " + node + "; its log is " + cluster.log(node))
                .atMost(PATIENCE)
                .until(() -> cluster.probe(node, "/readyz").equals("200 ready"));
    }

    private static Admin admin(TestCluster cluster, int node) throws Exception {
        return Admin.create(cluster.byCertificate(cluster.clients().issue("app"), node));
    }

    private static void makeUser(Admin admin, String name, String password) throws Exception {
        var credential = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
        admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(name, credential, password)))
                .all()
                .get();
    }

    private static boolean logsIn(Map<String, Object> settings) throws Exception {
        try (var client = Admin.create(settings)) {
            return !client.describeCluster().nodes().get().isEmpty();
        }
    }

    private static Map<String, Object> scram(String name, String password, Integer... nodes) {
        var module = "org.apache.kafka.common.security.scram.ScramLoginModule";
        return Map.of(
                "bootstrap.servers",
                String.join(
                        ",",
                        Stream.of(nodes)
                                .map(node -> TestCluster.address(node) + ":" + TestCluster.SCRAM_PORT)
                                .toList()),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                module + " required username=\"" + name + "\" password=\"" + password + "\";");
    }

    /** Sends to every partition; returns how many were acknowledged. */
    private static int produce(Map<String, Object> settings, String value) throws Exception {
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var acknowledged = 0;
            for (int partition = 0; partition < 3; partition++) {
                producer.send(new ProducerRecord<>("orders", partition, "key", value))
                        .get(60, TimeUnit.SECONDS);
                acknowledged++;
            }
            return acknowledged;
        }
    }
}
