package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** What is done to a cluster in its life, under the load of both protocols. */
@Order(80)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@OnOrders
class ClusterLifeIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int BROKERS = 3;
    private static final int NEW_NODE = 3;
    private static final String NEW_POD = "orders-broker-" + NEW_NODE;

    /** The tests that come after this one need the cluster as it was. */
    @AfterAll
    static void backToThree() {
        Orders.BROKERS.patch("{\"replicas\":%d}".formatted(BROKERS));
        Orders.BROKERS.awaitSettled(BROKERS);
    }

    @Test
    @Order(1)
    void nothingConfirmedIsLostWhileEveryBrokerIsRestarted() throws Exception {
        UnderLoad.change("restarted", load -> {
            var before = Orders.podUids();

            load.timed("all brokers restarted", () -> {
                Orders.BROKERS.patch("{\"rolling\":{\"restartAt\":\"%s\"}}".formatted(Instant.now()));
                await("a pod to be restarted")
                        .atMost(PATIENCE)
                        .ignoreExceptions()
                        .until(() -> !Orders.podUids().equals(before));
                Orders.BROKERS.awaitSettled(BROKERS);
            });

            assertThat(Orders.podUids()).as("pods of before").doesNotContainAnyElementsOf(before);
        });
    }

    @Test
    @Order(2)
    void nothingConfirmedIsLostFromThreeBrokersToFourAndBack() throws Exception {
        try (var admin = Orders.admin()) {
            UnderLoad.change("scaled", load -> {
                var before = Orders.podUids();

                load.timed("3 -> 4", () -> scale("docs/guides/scale.md#more-brokers", BROKERS + 1));
                assertThat(holders(admin)).contains(NEW_NODE);
                assertThat(voters(admin)).isEqualTo(Set.of(0, 1, 2));
                assertThat(Orders.podUids())
                        .as("pods that were there are not restarted")
                        .isEqualTo(before);

                load.timed("4 -> 3", () -> scale("docs/guides/scale.md#fewer-brokers", BROKERS));
                assertThat(holders(admin)).isEqualTo(Set.of(0, 1, 2));
                assertThat(registered(admin)).isEqualTo(Set.of(0, 1, 2));
                assertThat(Orders.podUids())
                        .as("pods that stay are not restarted")
                        .isEqualTo(before);
                await("the disk of the broker that has left to go")
                        .atMost(PATIENCE)
                        .until(() -> isGone());
            });
        }
    }

    /** As the guide has it; returns when the cluster has the size and nothing is left to do. */
    private static void scale(String guide, int brokers) {
        Walkthrough.in(Orders.KUBE).run(guide);
        Orders.BROKERS.awaitSettled(brokers);
    }

    private static boolean isGone() {
        var namespace = Orders.KUBE.namespace();
        return Kube.CLIENT.pods().inNamespace(namespace).withName(NEW_POD).get() == null
                && Kube.CLIENT
                                .persistentVolumeClaims()
                                .inNamespace(namespace)
                                .withName("data-" + NEW_POD)
                                .get()
                        == null;
    }

    /** Brokers that hold a replica of any topic. */
    private static Set<Integer> holders(Admin admin) throws Exception {
        var topics = admin.listTopics().names().get();
        return admin.describeTopics(topics).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .flatMap(partition -> partition.replicas().stream())
                .map(Node::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Integer> voters(Admin admin) throws Exception {
        return admin.describeMetadataQuorum().quorumInfo().get().voters().stream()
                .map(QuorumInfo.ReplicaState::replicaId)
                .collect(Collectors.toSet());
    }

    private static Set<Integer> registered(Admin admin) throws Exception {
        return admin.describeCluster(new DescribeClusterOptions().includeFencedBrokers(true)).nodes().get().stream()
                .map(Node::id)
                .collect(Collectors.toSet());
    }
}
