package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.v1alpha1.AllowUnavailable;
import io.millrace.operator.client.ScaleAdmin;
import io.millrace.operator.fixture.KafkaNodes;
import io.millrace.operator.intent.RollIntent;
import io.millrace.operator.plan.RollPlanner;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.plan.roll.RollSnapshot;
import io.millrace.operator.rebalance.Move;
import io.millrace.operator.scale.ControllerState;
import io.millrace.operator.scale.PartitionState;
import io.millrace.operator.scale.ScaleFacts;
import io.millrace.operator.scale.TopicWishes;
import io.millrace.operator.status.FailureException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What changes the size of a cluster, on real nodes: the whole way from one to three and back, step by step. */
@Timeout(600)
class ScaleAdminIT {

    private static final TopicPartition PARTITION = new TopicPartition("load", 0);
    private static final long SLOW = 200_000;
    private static final long FAST = 100_000_000;
    private static final int MEGABYTE = 900_000;

    @TempDir
    private static Path folder;

    private static KafkaNodes nodes;

    @BeforeAll
    static void start() throws Exception {
        nodes = new KafkaNodes(folder);
        nodes.admin()
                .createTopics(List.of(new NewTopic("load", 1, (short) 1)))
                .all()
                .get();
        fill();
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void fromOneToThreeAndBack() throws Exception {
        nodes.start(1);
        nodes.start(2);
        await().until(() -> facts().live().equals(Set.of(0, 1, 2))
                && facts().observers().stream().filter(one -> one.lagMs() >= 0).count() >= 2);

        brokersOfOneRackAreOneBatch();
        assertThat(facts().voters()).extracting(ControllerState::node).containsExactly(0);
        join(1);
        join(2);
        // What is so already is fine.
        var voter = voter(2);
        scale().addVoter(2, voter.directory(), "localhost", nodes.controllerPort(2));

        movesAreThrottledCancelledAndFollowed();
        promisesAreSet();
        brokersAreCordonedAndLeave();
    }

    /** They share a partition, which spans racks: what brokers say of their racks is what the rules of restarts go by. */
    private static void brokersOfOneRackAreOneBatch() throws Exception {
        var racks = Map.of(0, "a", 1, "b", 2, "b");
        nodes.admin()
                .createTopics(List.of(new NewTopic("across", Map.of(0, List.of(0, 1, 2)))))
                .all()
                .get();
        await().until(() -> nodes.operator().cluster().facts().partitions().stream()
                .anyMatch(one -> one.topic().equals("across") && one.inSync().equals(racks.keySet())));

        var seen = nodes.operator().cluster().facts();
        var pods = IntStream.range(0, 3)
                .mapToObj(node -> new BrokerPodFacts(node, "pod-" + node, "1", true, true, false))
                .toList();
        var twoAtOnce = new RollIntent(2, AllowUnavailable.SingleReplica, true, "");
        assertThat(seen.racks()).isEqualTo(racks);
        assertThat(facts().racks()).isEqualTo(racks);
        assertThat(RollPlanner.decide(new RollSnapshot(pods, 3, Set.of(0), Optional.of(seen), twoAtOnce, false, false)))
                .isInstanceOfSatisfying(Verdict.Restart.class, batch -> assertThat(batch.pods())
                        .containsExactly(pods.get(1), pods.get(2)));

        nodes.admin().deleteTopics(List.of("across")).all().get();
        await().until(() -> facts().partitions().stream()
                .noneMatch(one -> one.partition().topic().equals("across")));
    }

    private static void join(int node) {
        var observer = facts().observers().stream()
                .filter(one -> one.node() == node)
                .findFirst()
                .orElseThrow();
        scale().addVoter(node, observer.directory(), "localhost", nodes.controllerPort(node));
        await().until(() -> facts().voters().stream()
                .anyMatch(one -> one.node() == node && one.lagMs() >= 0 && one.lagMs() < 2_000));
    }

    private static void movesAreThrottledCancelledAndFollowed() {
        var brokers = Set.of(0, 1, 2);
        var move = new Move(PARTITION, List.of(0), List.of(0, 1, 2), 0);
        scale().startMoves(List.of(move), brokers, SLOW);
        await().until(() -> partition().adding().equals(List.of(1, 2)));
        assertThat(facts().throttled()).containsExactly("load");
        assertThat(partition().replicas()).containsExactly(0, 1, 2);
        assertThat(partition().bytes().getOrDefault(0, 0L)).isGreaterThan(5 * MEGABYTE);

        scale().cancelMoves(Set.of(PARTITION));
        await().until(() -> partition().replicas().equals(List.of(0)));
        scale().cancelMoves(Set.of(PARTITION, new TopicPartition("gone", 0)));

        scale().startMoves(
                        List.of(move, new Move(new TopicPartition("gone", 0), List.of(0), List.of(1), 0)),
                        brokers,
                        FAST);
        await().until(() ->
                partition().inSync().equals(brokers) && partition().adding().isEmpty());
        scale().endThrottle(Set.of("load", "gone"), brokers);
        await().until(() -> facts().throttled().isEmpty());
        assertThat(partition().bytes()).hasSize(3);
    }

    private static void promisesAreSet() {
        nodes.operator().cluster().setDefaultMinInSync(2);
        scale().setMinInSync(Map.of("load", 2, "gone", 2));

        await().until(() -> facts().minInSync() == 2 && facts().ownMinInSync().equals(Map.of("load", 2)));

        nodes.operator().cluster().setDefaultMinInSync(1);
        scale().setMinInSync(Map.of("load", 1));
    }

    private static void brokersAreCordonedAndLeave() throws Exception {
        scale().cordon(Set.of(1, 2));
        await().until(() -> facts().cordoned().equals(Set.of(1, 2)));
        nodes.admin()
                .createTopics(List.of(new NewTopic("late", 6, (short) 1)))
                .all()
                .get();
        await().until(() -> facts().partitions().stream()
                        .filter(one -> one.partition().topic().equals("late"))
                        .count()
                == 6);
        assertThat(facts().partitions().stream()
                        .filter(one -> one.partition().topic().equals("late")))
                .allMatch(one -> one.replicas().equals(List.of(0)));
        scale().uncordon(Set.of(2));
        await().until(() -> facts().cordoned().equals(Set.of(1)));

        assertThatThrownBy(() -> scale().verifyEmpty(Set.of(1, 2)))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("hold load-0");
        scale().startMoves(List.of(new Move(PARTITION, List.of(0, 1, 2), List.of(0), 0)), Set.of(0, 1, 2), FAST);
        await().until(() -> partition().replicas().equals(List.of(0)));
        assertThatThrownBy(() -> scale().verifyEmpty(Set.of(1, 2))).hasMessageContaining("votes as a controller");

        for (var node : List.of(1, 2)) {
            scale().removeVoter(node, voter(node).directory());
            await().until(() -> facts().voters().stream().noneMatch(one -> one.node() == node));
        }
        scale().removeVoter(2, "JEXY6aqfQQmp0pOWgDxR9Q");
        scale().verifyEmpty(Set.of(1, 2));
        nodes.stop(2);
        nodes.stop(1);
        await().until(() -> facts().live().equals(Set.of(0)));
        assertThat(facts().registered()).isEqualTo(Set.of(0, 1, 2));
        scale().unregister(Set.of(1, 2));
        scale().unregister(Set.of(1, 7));

        await().until(() -> facts().registered().equals(Set.of(0)));
        assertThat(facts().leader()).isZero();
    }

    private static void fill() throws Exception {
        var settings = Map.<String, Object>of("bootstrap.servers", nodes.bootstrap(), "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < 8; i++) {
                producer.send(new ProducerRecord<>("load", "key", "x".repeat(MEGABYTE)))
                        .get();
            }
        }
    }

    private static ScaleAdmin scale() {
        return nodes.operator().scale();
    }

    private static ScaleFacts facts() {
        return scale().facts().all(TopicWishes.NONE, Optional.of(List.of()));
    }

    private static PartitionState partition() {
        return facts().partitions().stream()
                .filter(one -> one.partition().equals(PARTITION))
                .findFirst()
                .orElseThrow();
    }

    private static ControllerState voter(int node) {
        return facts().voters().stream()
                .filter(one -> one.node() == node)
                .findFirst()
                .orElseThrow();
    }

    private static ConditionFactory await() {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(300))
                .ignoreException(FailureException.class);
    }
}
