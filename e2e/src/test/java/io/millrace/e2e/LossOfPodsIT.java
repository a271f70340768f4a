package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Both protocols under load while pods are killed, and a disk is lost. What a run says is worth nothing unless its checker sees a loss: that is tested first. */
@Order(90)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@OnOrders
class LossOfPodsIT {
    private static final Logger LOG = LoggerFactory.getLogger(LossOfPodsIT.class);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int PER_SECOND = 400;
    private static final int LEAST_PER_SECOND = 300;

    @Test
    @Order(1)
    void aStolenMessageAndADeletedRecordAreFoundMissing() throws Exception {
        Orders.queue("robbed");
        Orders.topic("robbed", "partitions: 1");
        try (var admin = Orders.admin();
                var messages = new Load("messages", new QueueTraffic("robbed", PER_SECOND));
                var records = new Load("records", new StreamTraffic("robbed", PER_SECOND))) {
            messages.awaitConfirmed(100);
            records.awaitConfirmed(100);

            var stolen = steal("robbed");
            admin.deleteRecords(Map.of(new TopicPartition("robbed", 0), RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
            messages.startReading();
            records.startReading();

            assertThat(messages.drain().missing()).containsExactly(QueueTraffic.KEY + ":" + stolen);
            assertThat(records.drain().missing()).containsExactly("key-0:0");
        }
    }

    private static String steal(String queue) throws Exception {
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            return Messages.take(channel, queue);
        }
    }

    @Test
    @Order(2)
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void nothingConfirmedIsLostWhenPodsAreKilledUnderBothLoads() throws Exception {
        Orders.queue("steady");
        Orders.topic("survivors", "partitions: 3");
        try (var admin = Orders.admin();
                var messages = new Load("messages", new QueueTraffic("steady", PER_SECOND)).startReading();
                var records = new Load("records", new StreamTraffic("survivors", PER_SECOND)).startReading()) {
            var loads = List.of(messages, records);
            Orders.awaitInSync(admin);
            loads.forEach(load -> load.awaitConfirmed(PER_SECOND));
            assertThat(rates(loads)).as("messages per second").allMatch(rate -> rate >= LEAST_PER_SECOND);

            lose(admin, "the owner of the queue", Orders.owner("steady"), Orders.KUBE::kill, loads);
            loseDisk(admin, leaderOf(admin, "survivors"), loads);
            lose(admin, "the controllers' leader", pod(controllersLeader(admin)), Orders.KUBE::kill, loads);

            for (var load : loads) {
                UnderLoad.drain(load);
            }
            assertThat(records.ledger().disorder()).isEmpty();
        }
    }

    /** The directory that a controller votes with; none while it has no vote. */
    private static Optional<Uuid> votingDisk(Admin admin, int node) throws Exception {
        return admin.describeMetadataQuorum().quorumInfo().get().voters().stream()
                .filter(voter -> voter.replicaId() == node)
                .map(QuorumInfo.ReplicaState::replicaDirectoryId)
                .findFirst();
    }

    /** What each load really gets confirmed per second. */
    private static List<Long> rates(List<Load> loads) {
        var before = loads.stream().map(load -> load.ledger().confirmed()).toList();
        var begin = System.nanoTime();
        for (int i = 0; i < loads.size(); i++) {
            loads.get(i).awaitConfirmed(before.get(i) + 5L * PER_SECOND);
        }
        var after = loads.stream().map(load -> load.ledger().confirmed()).toList();
        var elapsedMs = Duration.ofNanos(System.nanoTime() - begin).toMillis();
        var rates = new ArrayList<Long>();
        for (int i = 0; i < loads.size(); i++) {
            rates.add((after.get(i) - before.get(i)) * 1000 / elapsedMs);
            LOG.info("{}: {} per second", loads.get(i).name(), rates.get(i));
        }
        return rates;
    }

    /** A broker copies everything from the others, and votes again, when it comes back without its disk. */
    private static void loseDisk(Admin admin, int node, List<Load> loads) throws Exception {
        var lost = votingDisk(admin, node);
        lose(
                admin,
                "the leader of a partition and its disk",
                pod(node),
                pod -> {
                    var guide = Walkthrough.in(Orders.KUBE).about("orders-broker-2", pod);
                    guide.run("docs/guides/recover.md#a-disk");
                    guide.run("docs/guides/recover.md#a-pod");
                },
                loads);
        await("its vote with the new disk")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> votingDisk(admin, node), disk -> disk.isPresent() && !disk.equals(lost));
    }

    /** Takes a pod from a cluster that is well while messages of all loads are in flight, and waits until it is well again. */
    private static void lose(Admin admin, String what, String pod, Consumer<String> loss, List<Load> loads) {
        var uid = Orders.KUBE.uid(pod);
        loads.forEach(load -> load.ledger().takeLongestSilence());
        var inFlight = inFlight(loads);
        loss.accept(pod);
        var before = loads.stream().map(load -> load.ledger().confirmed()).toList();
        await(pod + " to be replaced")
                .atMost(PATIENCE)
                .until(() ->
                        !Orders.KUBE.uid(pod).isEmpty() && !Orders.KUBE.uid(pod).equals(uid));
        Orders.awaitInSync(admin);
        for (int i = 0; i < loads.size(); i++) {
            loads.get(i).awaitConfirmed(before.get(i) + PER_SECOND);
        }
        LOG.info(
                "lost {}, {}: {} in flight; longest without a confirmation, in ms: {}",
                what,
                pod,
                inFlight,
                loads.stream()
                        .map(load -> load.ledger().takeLongestSilence().toMillis())
                        .toList());
    }

    /** Waits for the moment when messages of all loads are in flight; a kill at another moment would show nothing. */
    private static List<Long> inFlight(List<Load> loads) {
        try {
            return await("messages in flight")
                    .atMost(Duration.ofSeconds(30))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(
                            () -> loads.stream()
                                    .map(load -> load.ledger().inFlight())
                                    .toList(),
                            counts -> counts.stream().allMatch(count -> count > 0));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("void: nothing was in flight when the pod was to be killed", e);
        }
    }

    private static int leaderOf(Admin admin, String topic) {
        return Orders.describe(admin, topic).partitions().getFirst().leader().id();
    }

    private static int controllersLeader(Admin admin) throws Exception {
        return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
    }

    private static String pod(int node) {
        return "orders-broker-" + node;
    }
}
