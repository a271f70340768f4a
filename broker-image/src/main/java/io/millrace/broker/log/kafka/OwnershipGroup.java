package io.millrace.broker.log.kafka;

import io.millrace.broker.log.SlotAssignment;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Membership of the group that hands out slots (KIP-848). Nothing is read or committed: only who has which slot counts. */
final class OwnershipGroup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnershipGroup.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /** A static member that closes is expected back for the session timeout, and its slots wait for it (KIP-345); this pod has handed them over. */
    private static final CloseOptions LEAVE =
            CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final SlotAssignment listener;
    private final Thread thread;
    private volatile boolean closed;

    OwnershipGroup(KafkaConsumer<byte[], byte[]> consumer, SlotAssignment listener) {
        this.consumer = consumer;
        this.listener = listener;
        thread = Thread.ofPlatform().name("ownership").start(this::run);
    }

    private void run() {
        try {
            consumer.subscribe(List.of(InternalTopics.SLOTS), new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                    consumer.pause(partitions);
                    // Nothing is read here. A position spares the look for a committed offset; when that meets a lost
                    // membership, the consumer never rests again.
                    partitions.forEach(partition -> consumer.seek(partition, 0));
                    listener.assigned(slots(partitions));
                }

                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                    listener.revoked(slots(partitions));
                }

                @Override
                public void onPartitionsLost(Collection<TopicPartition> partitions) {
                    listener.lost(slots(partitions));
                }
            });
            while (!closed) {
                poll();
            }
        } catch (RuntimeException e) {
            LOG.error("membership of {} ended", InternalTopics.OWNERS, e);
        } finally {
            consumer.close(LEAVE);
        }
    }

    private void poll() {
        try {
            consumer.poll(POLL);
        } catch (WakeupException e) {
            // closing
        } catch (KafkaException e) {
            LOG.warn("{}: {}", InternalTopics.OWNERS, e.toString());
        }
    }

    private static Set<Integer> slots(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).collect(Collectors.toUnmodifiableSet());
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
