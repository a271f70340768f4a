package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Controllers in processes of their own, started by the launcher from the files that the operator mounts. */
@Timeout(240)
class DedicatedControllersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int CONTROLLER = 1000;

    @Test
    void aControllerWithoutABrokerFoundsAClusterAndComesBack(@TempDir Path folder) throws Exception {
        try (var cluster = new TestCluster(folder, List.of(0), List.of(CONTROLLER))) {
            cluster.giveAddress(0);
            cluster.start(0);
            cluster.start(CONTROLLER);
            awaitReady(cluster, CONTROLLER);
            awaitReady(cluster, 0);
            cluster.born();

            try (var admin =
                    Admin.create(cluster.byCertificate(cluster.clients().issue("app"), 0))) {
                assertThat(admin.describeMetadataQuorum().quorumInfo().get().voters())
                        .extracting(QuorumInfo.ReplicaState::replicaId)
                        .containsExactly(CONTROLLER);
                assertThat(admin.describeCluster().nodes().get())
                        .extracting(Node::id)
                        .containsExactly(0);
                make(admin, "before");
                assertThat(cluster.probe(CONTROLLER, "/metrics"))
                        .contains("kafka_server_raft_metrics_", "jvm_memory_used_bytes");

                cluster.process(CONTROLLER).destroy();
                assertThat(cluster.process(CONTROLLER).waitFor(60, TimeUnit.SECONDS))
                        .isTrue();
                assertThat(cluster.process(CONTROLLER).exitValue()).isZero();
                cluster.start(CONTROLLER);
                awaitReady(cluster, CONTROLLER);
                awaitReady(cluster, 0);

                make(admin, "after");
                assertThat(admin.listTopics().names().get()).contains("before", "after");
            }
        }
    }

    private static void make(Admin admin, String topic) {
        await(topic).atMost(PATIENCE).ignoreExceptions().until(() -> {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1)));
            return admin.listTopics().names().get().contains(topic);
        });
    }

    private static void awaitReady(TestCluster cluster, int node) {
        await("node " + node + "; its log is " + cluster.log(node))
                .atMost(PATIENCE)
                .until(() -> cluster.probe(node, "/readyz").equals("200 ready"));
    }
}
