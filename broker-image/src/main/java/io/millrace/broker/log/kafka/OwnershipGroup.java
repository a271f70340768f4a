package io.millrace.broker.log.kafka;

import io.millrace.broker.log.SlotAssignment;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnsupportedAssignorException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Membership of the group that hands out slots (KIP-848). Nothing is read or committed: only who has which slot counts.
 *
 * <p>The group is asked to share slots out by where their replicas lie ({@link PlacementAssignor}); a coordinator that does not know how, because its broker is of
 * an older version or set so, does as it does for all groups: evenly.
 */
final class OwnershipGroup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnershipGroup.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /** A static member that closes is expected back for the session timeout, and its slots wait for it (KIP-345); this pod has handed them over. */
    private static final CloseOptions LEAVE =
            CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);

    /** Between the end of a membership and the next try to join. */
    private static final long AGAIN_MS = 500;

    /**
     * What a member subscribes to, in turn: a change of that is what makes the group share out anew. The second topic is there for nothing else; the assignment of
     * its partition is not heeded.
     */
    private static final List<List<String>> SUBSCRIPTIONS =
            List.of(List.of(InternalTopics.SLOTS), List.of(InternalTopics.SLOTS, InternalTopics.TOPOLOGY));

    /** Who has this slot looks for all whether replicas have moved. */
    private static final int LOOKOUT = 0;

    private final Members members;
    private final SlotAssignment listener;
    private final PlacementWatch watch;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private boolean byPlacement = true;
    private boolean isLookout;

    /** Makes consumers that have not joined yet. */
    interface Members {
        /**
         * Makes one.
         *
         * @param assignor the one to ask the coordinator for; empty for the coordinator's own choice
         */
        KafkaConsumer<byte[], byte[]> create(Optional<String> assignor);
    }

    /** What is told of partitions, told of slots. */
    private final class Slots implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> member;

        Slots(KafkaConsumer<byte[], byte[]> member) {
            this.member = member;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            member.pause(partitions);
            // Nothing is read here. A position spares the look for a committed offset; when that meets a lost
            // membership, the consumer never rests again.
            partitions.forEach(partition -> member.seek(partition, 0));
            var slots = slots(partitions);
            isLookout |= slots.contains(LOOKOUT);
            listener.assigned(slots);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            var slots = slots(partitions);
            isLookout &= !slots.contains(LOOKOUT);
            listener.revoked(slots);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            isLookout = false;
            listener.lost(slots(partitions));
        }
    }

    OwnershipGroup(Members members, SlotAssignment listener, PlacementWatch watch) {
        this.members = members;
        this.listener = listener;
        this.watch = watch;
        consumer = create();
        thread = Thread.ofPlatform().name("ownership").start(this::run);
    }

    /** A consumer whose membership ended by an error (its group is gone, say) says so once, and never joins again by itself: another one does. */
    private void run() {
        while (isOpen()) {
            try {
                beMember();
            } catch (UnsupportedAssignorException e) {
                LOG.info("slots are shared out evenly, wherever they lie, for now: {}", e.getMessage());
                byPlacement = false;
                begin();
            } catch (KafkaException e) {
                LOG.warn("membership of {} ended and begins anew: {}", InternalTopics.OWNERS, e.toString());
                byPlacement = true;
                begin();
            } catch (RuntimeException e) {
                LOG.error("membership of {} ended", InternalTopics.OWNERS, e);
                break;
            }
        }
        consumer.close(LEAVE);
    }

    private KafkaConsumer<byte[], byte[]> create() {
        return members.create(Optional.of(PlacementAssignor.NAME).filter(_ -> byPlacement));
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
                consumer = create();
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
        var slots = new Slots(member);
        int subscribed = 0;
        isLookout = false;
        member.subscribe(SUBSCRIPTIONS.get(subscribed), slots);
        while (isOpen()) {
            try {
                member.poll(POLL);
            } catch (WakeupException e) {
                return; // closing
            }
            if (byPlacement && isLookout && watch.isDue(System.nanoTime())) {
                LOG.info("slots are shared out anew: replicas of theirs have moved");
                subscribed = 1 - subscribed;
                member.subscribe(SUBSCRIPTIONS.get(subscribed), slots);
            }
        }
    }

    private static Set<Integer> slots(Collection<TopicPartition> partitions) {
        return partitions.stream()
                .filter(partition -> partition.topic().equals(InternalTopics.SLOTS))
                .map(TopicPartition::partition)
                .collect(Collectors.toUnmodifiableSet());
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
