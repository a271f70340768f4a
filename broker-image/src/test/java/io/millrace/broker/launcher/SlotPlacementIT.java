package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.launcher.KafkaStorage.Founding;
import io.millrace.broker.log.SlotAssignment;
import io.millrace.broker.log.kafka.KafkaLogs;
import io.millrace.broker.log.kafka.PlacementFeed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.raft.DynamicVoters;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is given which slot by real nodes of Kafka, in this process; of the pods' queue layers there is only what takes part in that. */
@Timeout(240)
@NullUnmarked // what is missing fails the test
class SlotPlacementIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int NODES = 4;
    private static final int SLOTS = 64;

    @TempDir
    private Path folder;

    private final List<AutoCloseable> running = new ArrayList<>();
    private final Map<Integer, Pod> pods = new HashMap<>();

    @AfterEach
    void close() throws Exception {
        for (var pod : pods.values()) {
            pod.logs.close();
        }
        for (var last : running.reversed()) {
            last.close();
        }
    }

    /** What a pod has been given. */
    private static final class Pod implements SlotAssignment {
        private final KafkaLogs logs;
        private final Set<Integer> slots = ConcurrentHashMap.newKeySet();

        Pod(KafkaLogs logs) {
            this.logs = logs;
            logs.joinOwners(this);
        }

        @Override
        public void assigned(Set<Integer> given) {
            slots.addAll(given);
        }

        @Override
        public void revoked(Set<Integer> taken) {
            slots.removeAll(taken);
        }

        @Override
        public void lost(Set<Integer> taken) {
            slots.removeAll(taken);
        }
    }

    private StandaloneKafka settings(int node, int controllerPort) throws Exception {
        var port = FreePorts.next();
        var own = new HashMap<String, String>();
        own.put("node.id", Integer.toString(node));
        own.put("default.replication.factor", "2");
        own.put("offsets.topic.replication.factor", "2");
        own.put("transaction.state.log.replication.factor", "2");
        if (node > 0) {
            own.put("process.roles", "broker");
            own.put("listeners", "CLIENT://localhost:" + port);
        }
        return new StandaloneKafka(port, controllerPort, folder.resolve("log-" + node), own);
    }

    private KafkaNode started(StandaloneKafka settings, int id, String cluster, Optional<DynamicVoters> voters)
            throws Exception {
        new KafkaStorage(settings.logDirectory())
                .format(id, cluster, StandaloneKafka.CONTROLLER_LISTENER, new Founding(voters, Optional.empty()));
        var node = new KafkaNode(settings.properties(), settings.bootstrap());
        node.start();
        running.add(node);
        var feed = new PlacementFeed(
                Map.of("bootstrap.servers", node.bootstrap()),
                settings.logDirectory().toString());
        running.add(feed);
        return node;
    }

    /** Nodes, the first of which is the controller, too. */
    private List<KafkaNode> cluster() throws Exception {
        var controllerPort = FreePorts.next();
        var cluster = Uuid.randomUuid().toString();
        var nodes = new ArrayList<KafkaNode>();
        for (int id = 0; id < NODES; id++) {
            var settings = settings(id, controllerPort);
            var voters = Optional.of("0@" + settings.controllerEndpoint() + ":" + Uuid.randomUuid())
                    .filter(voter -> nodes.isEmpty())
                    .map(DynamicVoters::parse);
            nodes.add(started(settings, id, cluster, voters));
        }
        return nodes;
    }

    private void join(int pod, String bootstrap) throws Exception {
        var logs = new KafkaLogs(Map.of("bootstrap.servers", bootstrap), "orders-broker-" + pod, 1, 1);
        pods.put(pod, new Pod(logs));
    }

    private static Map<Integer, List<Integer>> replicas(Admin admin) throws ExecutionException, InterruptedException {
        return replicas(admin, "amqp.slots");
    }

    private static Map<Integer, List<Integer>> replicas(Admin admin, String topic)
            throws ExecutionException, InterruptedException {
        var found = new HashMap<Integer, List<Integer>>();
        admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .forEach(partition -> found.put(
                        partition.partition(),
                        partition.replicas().stream().map(Node::id).toList()));
        return found;
    }

    /** The pod that has a slot; -1 while none has. */
    private int owner(int slot) {
        return pods.keySet().stream()
                .filter(pod -> pods.get(pod).slots.contains(slot))
                .findFirst()
                .orElse(-1);
    }

    private boolean allAreAtTheirLeaders(Admin admin) throws ExecutionException, InterruptedException {
        var replicas = replicas(admin);
        return IntStream.range(0, SLOTS)
                .allMatch(slot -> owner(slot) == replicas.get(slot).getFirst());
    }

    private boolean allAreAtReplicas(Admin admin) throws ExecutionException, InterruptedException {
        var replicas = replicas(admin);
        return IntStream.range(0, SLOTS).allMatch(slot -> replicas.get(slot).contains(owner(slot)));
    }

    @Test
    void slotsAreWhereTheirReplicasAreAndFollowThem() throws Exception {
        var nodes = cluster();
        var bootstrap = nodes.getFirst().bootstrap();
        for (int pod = 0; pod < NODES; pod++) {
            join(pod, bootstrap);
        }
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            await("owners that lead").atMost(PATIENCE).until(() -> allAreAtTheirLeaders(admin));

            int from = owner(5);
            var to = List.of((from + 2) % NODES, (from + 3) % NODES);
            admin.alterPartitionReassignments(
                            Map.of(new TopicPartition("amqp.slots", 5), Optional.of(new NewPartitionReassignment(to))))
                    .all()
                    .get();

            await("the slot at its new replicas").atMost(PATIENCE).until(() -> to.contains(owner(5)));

            pods.get(0)
                    .logs
                    .topics()
                    .createQueueTopic("orders", 5, 2, false)
                    .toCompletableFuture()
                    .get();
            assertThat(replicas(admin, "orders").values())
                    .hasSize(2)
                    .containsOnly(replicas(admin).get(5));

            pods.remove(3).logs.close();
            running.remove(nodes.get(3));
            nodes.get(3).close();

            await("all slots at the replicas that are left").atMost(PATIENCE).until(() -> allAreAtReplicas(admin));
        }
    }

    @Test
    void aCoordinatorThatDoesNotKnowTheAssignorSharesSlotsOut() throws Exception {
        var settings = Map.of("group.consumer.assignors", "uniform,range");
        var node = KafkaNode.standalone(FreePorts.next(), FreePorts.next(), folder, settings);
        running.add(node);
        node.start();
        join(0, node.bootstrap());
        join(1, node.bootstrap());

        await().atMost(PATIENCE)
                .until(() -> pods.get(0).slots.size() == SLOTS / 2
                        && pods.get(1).slots.size() == SLOTS / 2);
    }
}
