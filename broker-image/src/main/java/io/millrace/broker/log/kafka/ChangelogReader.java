package io.millrace.broker.log.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a compacted topic from its beginning and goes on reading. Start-up and live traffic take the same path. */
final class ChangelogReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangelogReader.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    /** Told every record, on the reader's thread. */
    interface Listener {
        void record(ConsumerRecord<byte[], byte[]> changelogRecord);
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Listener listener;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean closed;

    ChangelogReader(KafkaConsumer<byte[], byte[]> consumer, String topic, int partitionCount, Listener listener) {
        this.consumer = consumer;
        this.listener = listener;
        partitions = IntStream.range(0, partitionCount)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
        thread = Thread.ofPlatform().name("replay-" + topic).start(this::run);
    }

    /** Ends when all that was in the topic at the start has been read. */
    CompletionStage<Void> caughtUp() {
        return caughtUp;
    }

    private void run() {
        try (consumer) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var missing = new HashMap<>(consumer.endOffsets(partitions));
            missing.values().removeIf(end -> end == 0);
            while (!closed) {
                poll(missing);
                if (missing.isEmpty()) {
                    caughtUp.complete(null);
                }
            }
        } catch (RuntimeException e) {
            caughtUp.completeExceptionally(e);
            LOG.error("the replay of {} ended", partitions.getFirst().topic(), e);
        }
    }

    private void poll(Map<TopicPartition, Long> missing) {
        try {
            var records = consumer.poll(POLL);
            for (var one : records) {
                listener.record(one);
            }
            if (!missing.isEmpty()) {
                missing.entrySet().removeIf(entry -> consumer.position(entry.getKey()) >= entry.getValue());
            }
        } catch (WakeupException e) {
            // closing
        } catch (KafkaException e) {
            LOG.warn("cannot read {}: {}", partitions.getFirst().topic(), e.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
