package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.NODES;
import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import io.millrace.broker.faults.FaultCluster.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListTopicsOptions;

/** Many queues that come and go, {@code -Dfaults.queues} of them, and where they could leave something behind. */
final class ManyQueues implements AutoCloseable {
    private static final int COUNT = Integer.getInteger("faults.queues", 500);
    private static final int CHANNELS_PER_POD = 2;
    private static final int USED_OF = 10;
    private static final int MESSAGES = 5;
    private static final List<String> IN_MEMORY = List.of(
            "io.millrace.broker.cluster.QueueHandle",
            "io.millrace.broker.cluster.OwnedQueue",
            "io.millrace.broker.queue.QueueMachine",
            "io.millrace.broker.topology.QueueDefinition");

    /**
     * What there is of queues.
     *
     * @param known to each pod, as its management API says
     * @param inMemory instances of each class, by pod
     * @param topics in Kafka
     * @param groups that show their lag
     * @param folders on the disks of all nodes
     * @param slotRecords that compaction leaves in the slot log
     */
    record Leftovers(
            List<Long> known,
            List<Map<String, Long>> inMemory,
            long topics,
            long groups,
            long folders,
            int slotRecords) {
        /** Whether there is more of everything. */
        boolean isMoreThan(Leftovers before) {
            return IntStream.range(0, NODES)
                            .allMatch(node -> known.get(node) >= before.known.get(node) + COUNT
                                    && isMore(inMemory.get(node), before.inMemory.get(node)))
                    && topics >= before.topics + COUNT
                    && folders >= before.folders + COUNT
                    && slotRecords > before.slotRecords;
        }

        /** Whether there is more of nothing. */
        boolean isAtMost(Leftovers before) {
            return IntStream.range(0, NODES)
                            .allMatch(node -> known.get(node) <= before.known.get(node)
                                    && isAtMost(inMemory.get(node), before.inMemory.get(node)))
                    && topics <= before.topics
                    && groups <= before.groups
                    && folders <= before.folders
                    && slotRecords <= before.slotRecords;
        }

        private static boolean isAtMost(Map<String, Long> now, Map<String, Long> before) {
            return now.entrySet().stream().allMatch(one -> one.getValue() <= before.getOrDefault(one.getKey(), 0L));
        }

        private static boolean isMore(Map<String, Long> now, Map<String, Long> before) {
            return now.entrySet().stream().allMatch(one -> one.getValue() > before.getOrDefault(one.getKey(), 0L));
        }
    }

    private final FaultCluster cluster;
    private final SlotWatch watch;
    private final String prefix;
    private final PodApi api;
    private final Admin admin;
    private Duration took = Duration.ZERO;

    ManyQueues(FaultCluster cluster, SlotWatch watch, String prefix) {
        this.cluster = cluster;
        this.watch = watch;
        this.prefix = prefix;
        api = new PodApi(cluster);
        admin = cluster.admin();
    }

    Leftovers leftovers() throws Exception {
        var known = new ArrayList<Long>();
        var inMemory = new ArrayList<Map<String, Long>>();
        long folders = 0;
        for (int node = 0; node < NODES; node++) {
            known.add((long) api.get(node, "/api/queues/%2F").size());
            inMemory.add(LiveObjects.count(cluster.pid(Part.QUEUES, node), IN_MEMORY));
            try (var found = Files.list(cluster.disk(node).resolve("log"))) {
                folders += found.filter(one -> one.toString().contains(prefix)).count();
            }
        }
        var options = new ListTopicsOptions().timeoutMs((int) PATIENCE.toMillis());
        long topics = admin.listTopics(options).names().get().stream()
                .filter(topic -> topic.contains(prefix))
                .count();
        long groups = admin.listGroups().all().get().stream()
                .map(GroupListing::groupId)
                .filter(group -> group.contains(prefix))
                .count();
        return new Leftovers(
                known, inMemory, topics, groups, folders, watch.books().left());
    }

    /** What is done with one of them. */
    private interface Work {
        void on(Channel channel, String queue, int number) throws Exception;
    }

    void declareAndUse() {
        long began = System.nanoTime();
        onAll(ManyQueues::declareAndUse);
        took = Duration.ofNanos(System.nanoTime() - began);
    }

    private static void declareAndUse(Channel channel, String queue, int number) throws Exception {
        channel.queueDeclare(queue, true, false, false, Map.of());
        channel.queueBind(queue, "amq.direct", queue);
        if (number % USED_OF == 0) {
            for (int i = 0; i < MESSAGES; i++) {
                channel.basicPublish("amq.direct", queue, MessageProperties.PERSISTENT_BASIC, new byte[1]);
            }
            channel.waitForConfirmsOrDie(PATIENCE.toMillis());
            assertThat(channel.basicGet(queue, true)).isNotNull();
        }
    }

    void delete() {
        onAll((channel, queue, _) -> channel.queueDelete(queue));
    }

    /** Through channels of all pods at once. */
    private void onAll(Work work) {
        int channels = NODES * CHANNELS_PER_POD;
        var workers = IntStream.range(0, channels)
                .mapToObj(first -> CompletableFuture.runAsync(
                        () -> {
                            try (var connection = cluster.connect(first % NODES);
                                    var channel = connection.createChannel()) {
                                channel.confirmSelect();
                                for (int number = first; number < COUNT; number += channels) {
                                    work.on(channel, prefix + number, number);
                                }
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        Thread::startVirtualThread))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(workers).join();
    }

    @Override
    public String toString() {
        return COUNT + " queues declared in " + took.toMillis() + " ms";
    }

    @Override
    public void close() throws IOException {
        api.close();
        admin.close();
    }
}
