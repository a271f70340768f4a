package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.NODES;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.MessageProperties;
import io.millrace.broker.faults.FaultCluster.Part;
import io.millrace.broker.faults.SlotBooks.Claim;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The figures of ADR 14: {@code -Dfaults=times}, with {@code -Dplacement.rounds} of each. No test: it judges nothing. */
@EnabledIfSystemProperty(named = "faults", matches = "times")
@NullUnmarked // what is missing fails it
class PlacementTimesIT {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementTimesIT.class);
    private static final int ROUNDS = Integer.getInteger("placement.rounds", 3);
    private static final String KAFKAS_OWN = "group.consumer.assignors=uniform,range\n";
    private static final String SLOTS = "amqp.slots";
    private static final int SLOT_COUNT = 64;
    private static final int ONE_BY_ONE = 1_500;
    private static final Duration MANY = Duration.ofSeconds(5);
    private static final int OUTSTANDING = 200;
    private static final byte[] BODY = new byte[1_024];

    /** How a pod goes. */
    private enum Leaving {
        QUEUES_TERMINATED,
        QUEUES_KILLED,
        POD_KILLED
    }

    @Test
    void howLongSlotsAreWithoutAnOwnerByPlacement() throws Exception {
        leave("placement", "");
    }

    @Test
    void howLongSlotsAreWithoutAnOwnerByKafkasOwnAssignor() throws Exception {
        leave("uniform", KAFKAS_OWN);
    }

    private static void leave(String name, String settings) throws Exception {
        try (var cluster = FaultCluster.inTarget(settings)) {
            cluster.start();
            try (var watch = new SlotWatch(cluster.bootstrap());
                    var admin = cluster.admin()) {
                awaitCalm(watch);
                LOG.info("{}: at their leaders {}", name, slotsAtLeaders(admin, watch));
                for (int round = 0; round < ROUNDS; round++) {
                    for (var leaving : Leaving.values()) {
                        leave(name, leaving, (round + 1) % NODES, cluster, watch);
                        LOG.info("{}: at their leaders {}", name, slotsAtLeaders(admin, watch));
                    }
                }
            }
        }
    }

    private static void leave(String name, Leaving leaving, int node, FaultCluster cluster, SlotWatch watch)
            throws Exception {
        var before = owners(watch);
        int claims = watch.books().claims();
        long began = System.nanoTime();
        switch (leaving) {
            case QUEUES_TERMINATED -> cluster.terminate(Part.QUEUES, node);
            case QUEUES_KILLED -> cluster.kill(Part.QUEUES, node);
            case POD_KILLED -> {
                cluster.kill(Part.LOG, node);
                cluster.kill(Part.QUEUES, node);
            }
        }
        var pod = FaultCluster.pod(node);
        await().pollInterval(Duration.ofMillis(10))
                .atMost(FaultCluster.PATIENCE)
                .until(() -> IntStream.range(0, SLOT_COUNT)
                        .noneMatch(slot -> watch.owner(slot).pod().equals(pod)));
        long tookMs = Duration.ofNanos(System.nanoTime() - began).toMillis();
        awaitCalm(watch);
        long others = moved(before, owners(watch), pod);
        LOG.info(
                "{} {}: owned again after {} ms, {} claims, {} slots of pods that stayed moved",
                name,
                leaving,
                tookMs,
                watch.books().claims() - claims,
                others);
        cluster.startWhatEnded();
        cluster.awaitReady();
        watch.awaitSpread();
        awaitCalm(watch);
    }

    /** Slots with another owner than before that were not those of the pod that left. */
    private static long moved(List<Claim> before, List<Claim> after, String left) {
        return IntStream.range(0, SLOT_COUNT)
                .filter(slot -> !before.get(slot).pod().equals(left)
                        && !before.get(slot).pod().equals(after.get(slot).pod()))
                .count();
    }

    private static List<Claim> owners(SlotWatch watch) {
        return IntStream.range(0, SLOT_COUNT).mapToObj(watch::owner).toList();
    }

    /** Waits until no slot has been claimed for a while: longer than it takes from look to look at where slots lie. */
    private static void awaitCalm(SlotWatch watch) {
        var seen = new HashMap<Integer, Claim>();
        await().during(Duration.ofSeconds(7)).atMost(FaultCluster.PATIENCE).until(() -> {
            boolean calm = true;
            for (int slot = 0; slot < SLOT_COUNT; slot++) {
                calm &= watch.owner(slot).equals(seen.put(slot, watch.owner(slot)));
            }
            return calm;
        });
    }

    private static long slotsAtLeaders(Admin admin, SlotWatch watch) throws Exception {
        return admin.describeTopics(List.of(SLOTS)).allTopicNames().get().get(SLOTS).partitions().stream()
                .filter(slot -> watch.owner(slot.partition())
                        .pod()
                        .equals(FaultCluster.pod(slot.leader().id())))
                .count();
    }

    /** The same queue of the same owner, on two replicas: led by the owner's node, followed by it, without it. */
    @Test
    void whatAQueueGainsFromAnOwnerThatLeads() throws Exception {
        try (var cluster = FaultCluster.inTarget(KAFKAS_OWN)) {
            cluster.start();
            try (var watch = new SlotWatch(cluster.bootstrap());
                    var admin = cluster.admin();
                    var connection = cluster.connect(0)) {
                awaitCalm(watch);
                var queue = watch.queueOwnedBy("measured", 0);
                var places = Map.of("leads", List.of(0, 2), "follows", List.of(1, 0), "without", List.of(1, 2));
                var channel = connection.createChannel();
                channel.queueDeclare(queue, true, false, false, Map.of());
                oneByOne(channel, queue);
                for (int round = 0; round < ROUNDS; round++) {
                    for (var place : List.of("leads", "follows", "without", "without", "follows", "leads")) {
                        place(admin, queue, places.get(place));
                        oneByOne(channel, queue);
                        LOG.info(
                                "{}: one by one {}; many {} messages/s",
                                place,
                                oneByOne(channel, queue),
                                many(channel, queue));
                    }
                }
            }
        }
    }

    private static void place(Admin admin, String queue, List<Integer> replicas) throws Exception {
        var partitions =
                List.of(new TopicPartition("q._2f." + queue, 0), new TopicPartition(SLOTS, SlotWatch.slotOf(queue)));
        var moves = new HashMap<TopicPartition, Optional<NewPartitionReassignment>>();
        partitions.forEach(partition -> moves.put(partition, Optional.of(new NewPartitionReassignment(replicas))));
        admin.alterPartitionReassignments(moves).all().get();
        for (var partition : partitions) {
            await().atMost(FaultCluster.PATIENCE).ignoreExceptions().until(() -> {
                var errors = admin.electLeaders(ElectionType.PREFERRED, Set.of(partition))
                        .partitions()
                        .get();
                var found = admin.describeTopics(List.of(partition.topic()))
                        .allTopicNames()
                        .get()
                        .get(partition.topic())
                        .partitions()
                        .get(partition.partition());
                return errors.get(partition)
                                .filter(e -> !(e instanceof ElectionNotNeededException))
                                .isEmpty()
                        && found.replicas().stream().map(Node::id).toList().equals(replicas)
                        && found.leader().id() == replicas.getFirst()
                        && found.isr().size() == replicas.size();
            });
        }
    }

    /** The next message is published when the one before has come back and was acknowledged. */
    private static String oneByOne(Channel channel, String queue) throws Exception {
        BlockingQueue<Long> tags = new ArrayBlockingQueue<>(1);
        var consumer = channel.basicConsume(
                queue,
                false,
                (DeliverCallback)
                        (tag, delivery) -> tags.add(delivery.getEnvelope().getDeliveryTag()),
                tag -> {});
        long[] micros = new long[ONE_BY_ONE];
        for (int i = 0; i < ONE_BY_ONE; i++) {
            long began = System.nanoTime();
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, BODY);
            var tag = tags.poll(30, TimeUnit.SECONDS);
            micros[i] = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
            channel.basicAck(tag, false);
        }
        channel.basicCancel(consumer);
        Arrays.sort(micros);
        return "p50 %d, p99 %d us".formatted(micros[ONE_BY_ONE / 2], micros[ONE_BY_ONE * 99 / 100]);
    }

    /** Publishes and consumes with so many messages on the way. */
    private static long many(Channel channel, String queue) throws Exception {
        var room = new Semaphore(OUTSTANDING);
        var consumer = channel.basicConsume(
                queue,
                false,
                (DeliverCallback) (tag, delivery) -> {
                    channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                    room.release();
                },
                tag -> {});
        long began = System.nanoTime();
        long published = 0;
        while (System.nanoTime() - began < MANY.toNanos()) {
            room.acquire();
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, BODY);
            published++;
        }
        room.acquire(OUTSTANDING);
        long tookNanos = System.nanoTime() - began;
        channel.basicCancel(consumer);
        return published * TimeUnit.SECONDS.toNanos(1) / tookNanos;
    }
}
