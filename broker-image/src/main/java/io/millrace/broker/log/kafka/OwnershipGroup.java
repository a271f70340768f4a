package io.millrace.broker.log.kafka;

import io.millrace.broker.log.SlotAssignment;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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

    /** Between the end of a membership and the next try to join. */
    private static final long AGAIN_MS = 500;

    private final Supplier<KafkaConsumer<byte[], byte[]>> members;
    private final SlotAssignment listener;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile KafkaConsumer<byte[], byte[]> consumer;

    /** @param members makes a consumer that has not joined yet */
    OwnershipGroup(Supplier<KafkaConsumer<byte[], byte[]>> members, SlotAssignment listener) {
        this.members = members;
        this.listener = listener;
        consumer = members.get();
        thread = Thread.ofPlatform().name("ownership").start(this::run);
    }

    /** A consumer whose membership ended by an error (its group is gone, say) says so once, and never joins again by itself: another one does. */
    private void run() {
        while (isOpen()) {
            try {
                beMember();
            } catch (KafkaException e) {
                LOG.warn("membership of {} ended and begins anew: {}", InternalTopics.OWNERS, e.toString());
                begin();
            } catch (RuntimeException e) {
                LOG.error("membership of {} ended", InternalTopics.OWNERS, e);
                break;
            }
        }
        consumer.close(LEAVE);
    }

    private boolean isOpen() {
        return closing.getCount() > 0;
    }

    private void begin() {
        try {
            consumer.close(LEAVE);
        } catch (KafkaException e) {
            LOG.debug("{}", InternalTopics.OWNERS, e);
        }
        while (!isClosingWithin(AGAIN_MS)) {
            try {
                consumer = members.get();
                return;
            } catch (KafkaException e) { // a name that cannot be resolved, say
                LOG.warn("{} cannot be joined yet: {}", InternalTopics.OWNERS, e.toString());
            }
        }
    }

    private boolean isClosingWithin(long ms) {
        try {
            return closing.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closing.countDown();
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void beMember() {
        var member = consumer;
        member.subscribe(List.of(InternalTopics.SLOTS), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                member.pause(partitions);
                // Nothing is read here. A position spares the look for a committed offset; when that meets a lost
                // membership, the consumer never rests again.
                partitions.forEach(partition -> member.seek(partition, 0));
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
        while (isOpen()) {
            try {
                member.poll(POLL);
            } catch (WakeupException e) {
                return; // closing
            }
        }
    }

    private static Set<Integer> slots(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
