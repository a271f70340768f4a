package io.millrace.broker.faults;

import static org.awaitility.Awaitility.await;

import io.millrace.broker.faults.SlotBooks.Claim;
import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.LogNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Follows the slot log as a stranger would. */
final class SlotWatch implements AutoCloseable {
    private static final String TOPIC = "amqp.slots";
    private static final int SLOTS = 64;
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final SlotBooks books = new SlotBooks();
    private volatile boolean closed;

    SlotWatch(String bootstrap) {
        consumer = reader(bootstrap);
        var partitions = IntStream.range(0, SLOTS)
                .mapToObj(slot -> new TopicPartition(TOPIC, slot))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread = Thread.ofPlatform().name("slot-watch").start(this::run);
    }

    private static KafkaConsumer<byte[], byte[]> reader(String bootstrap) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        false,
                        "isolation.level",
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** How many records of a slot compaction has removed. */
    static long compacted(String bootstrap, int slot) {
        var partition = new TopicPartition(TOPIC, slot);
        try (var consumer = reader(bootstrap)) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end =
                    consumer.endOffsets(List.of(partition)).values().iterator().next();
            long found = 0;
            while (consumer.position(partition) < end) {
                for (var one : consumer.poll(POLL)) {
                    found += one.offset() < end ? 1 : 0;
                }
            }
            return end - found;
        }
    }

    private void run() {
        while (!closed) {
            consumer.poll(POLL).forEach(this::see);
        }
        consumer.close();
    }

    private void see(ConsumerRecord<byte[], byte[]> found) {
        books.see(found.partition(), found.offset(), SlotRecord.read(found.key(), found.value()));
    }

    static int slotOf(String queue) {
        return LogNames.slot(VirtualHostName.DEFAULT, new QueueName(queue), SLOTS);
    }

    SlotBooks books() {
        return books;
    }

    Claim owner(int slot) {
        return books.owner(slot);
    }

    /** Waits until another pod than that of {@code before} works on a slot. */
    Claim awaitNewOwner(int slot, Claim before) {
        await("another owner of slot " + slot)
                .atMost(FaultCluster.PATIENCE)
                .until(() -> owner(slot).epoch() > before.epoch()
                        && !owner(slot).pod().equals(before.pod()));
        return owner(slot);
    }

    /** Waits until each slot has an owner and each pod owns some. */
    void awaitSpread() {
        var pods = IntStream.range(0, FaultCluster.NODES)
                .mapToObj(FaultCluster::pod)
                .toList();
        await("slots of all pods").atMost(FaultCluster.PATIENCE).until(() -> books.isSpread(SLOTS, pods));
    }

    /** A name of a queue whose slot belongs to a pod now. */
    String queueOwnedBy(String prefix, int node) {
        return IntStream.range(0, 10_000)
                .mapToObj(i -> prefix + "-" + i)
                .filter(name -> owner(slotOf(name)).pod().equals(FaultCluster.pod(node)))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
