package io.millrace.broker.protocol;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.protocol.DeliveryTags.Held;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The consuming half of a channel after consumers are set up: tags, acknowledgements, the channel-wide prefetch limit. */
final class ChannelDeliveries {
    /** A delivery that the channel-wide prefetch holds back. */
    private record Parked(QueueRef queue, String consumerTag, long offset, Message message, boolean redelivered) {
        Held held() {
            return new Held(0, queue, consumerTag, offset);
        }
    }

    /** What the client decided on and has not committed. */
    private record Settling(List<Held> deliveries, Outcome outcome) {}

    private final ChannelPort port;
    private final DeliveryTags tags = new DeliveryTags();
    private final DeliveryAges ages = new DeliveryAges();
    private final ArrayDeque<Parked> parked = new ArrayDeque<>();
    private final List<Settling> heldBack = new ArrayList<>();
    private boolean transactional;
    private int heldBackCount;
    private int channelPrefetch;
    private long delivered;
    private long deliveredNoAck;
    private long got;
    private long gotNoAck;
    private long gotNothing;
    private long redelivered;
    private long acknowledged;

    ChannelDeliveries(ChannelPort port) {
        this.port = port;
    }

    /** basic.qos with global=true: at most this many unacknowledged deliveries on the whole channel; 0 is no limit. */
    void channelPrefetch(int count) {
        channelPrefetch = count;
        unpark();
    }

    int channelPrefetch() {
        return channelPrefetch;
    }

    DeliveryCounts counts() {
        return new DeliveryCounts(delivered, deliveredNoAck, got, gotNoAck, gotNothing, redelivered, acknowledged);
    }

    /** Deliveries that wait for their acknowledgement. */
    int open() {
        return tags.open();
    }

    /** Those of them whose acknowledgement waits for a commit. */
    int uncommitted() {
        return heldBackCount;
    }

    void deliver(QueueRef queue, String consumerTag, boolean noAck, long offset, Message message, boolean again) {
        if (noAck) {
            sendSettled(consumerTag, message, again);
        } else if (isFull() || !parked.isEmpty()) {
            parked.add(new Parked(queue, consumerTag, offset, message, again));
        } else {
            send(new Parked(queue, consumerTag, offset, message, again));
        }
    }

    private boolean isFull() {
        return channelPrefetch > 0 && tags.open() + heldBackCount >= channelPrefetch;
    }

    private void send(Parked next) {
        delivered++;
        send(
                tags.hold(next.queue(), next.consumerTag(), next.offset()),
                next.consumerTag(),
                next.message(),
                next.redelivered());
    }

    private void sendSettled(String consumerTag, Message message, boolean again) {
        deliveredNoAck++;
        send(tags.skip(), consumerTag, message, again);
    }

    private void send(long tag, String consumerTag, Message message, boolean again) {
        redelivered += again ? 1 : 0;
        port.send(new Basic.Deliver(consumerTag, tag, again, message.exchange(), message.routingKey()), message);
    }

    /** A delivery that is settled with this. */
    void send(String consumerTag, Message message) {
        sendSettled(consumerTag, message, false);
    }

    private void unpark() {
        while (!parked.isEmpty() && !isFull()) {
            send(parked.remove());
        }
    }

    void got(QueueRef queue, boolean noAck, long offset, Message message, boolean again, long remaining) {
        gotNoAck += noAck ? 1 : 0;
        got += noAck ? 0 : 1;
        redelivered += again ? 1 : 0;
        long tag = noAck ? tags.skip() : tags.hold(queue, "", offset);
        port.send(new Basic.GetOk(tag, again, message.exchange(), message.routingKey(), remaining), message);
    }

    /** basic.get of a queue without ready messages. */
    void gotNothing() {
        gotNothing++;
        port.send(new Basic.GetEmpty());
    }

    /** basic.ack, basic.nack, basic.reject. */
    void settle(long tag, boolean multiple, Outcome outcome, Method by) {
        if (transactional) {
            holdBack(new Settling(taken(tag, multiple, by), outcome));
            return;
        }
        if (multiple) {
            int before = tags.open();
            var byQueue = new ByQueue();
            takeUpTo(tag, by, byQueue::add);
            settled(outcome, before - tags.open()); // counted first: the queue may deliver more at once
            byQueue.settle(port, outcome);
        } else {
            var held = take(tag, by);
            settled(outcome, 1);
            port.settle(held.queue(), new long[] {held.offset()}, outcome);
        }
        unpark();
    }

    private void settled(Outcome outcome, int count) {
        acknowledged += outcome == Outcome.ACK ? count : 0;
    }

    private List<Held> taken(long tag, boolean multiple, Method by) {
        var deliveries = new ArrayList<Held>();
        if (multiple) {
            takeUpTo(tag, by, deliveries::add);
        } else {
            deliveries.add(take(tag, by));
        }
        return deliveries;
    }

    private Held take(long tag, Method by) {
        var held = tags.take(tag);
        if (held == null) {
            throw unknown(tag, by);
        }
        return held;
    }

    private void takeUpTo(long tag, Method by, Consumer<Held> each) {
        int before = tags.open();
        boolean known = tags.takeUpTo(tag, each);
        if (!known || (tag != 0 && before == tags.open())) {
            throw unknown(tag, by);
        }
    }

    private static ChannelError unknown(long tag, Method by) {
        return new ChannelError(
                ReplyCode.PRECONDITION_FAILED, "unknown delivery tag " + tag, by.classId(), by.methodId());
    }

    // --- transactions ---

    /** What is settled from now on waits for {@link #commit}. */
    void holdBack() {
        transactional = true;
    }

    private void holdBack(Settling settling) {
        heldBack.add(settling);
        heldBackCount += settling.deliveries().size();
    }

    void commit() {
        for (var settling : heldBack) {
            var byQueue = new ByQueue();
            settling.deliveries().forEach(byQueue::add);
            byQueue.settle(port, settling.outcome());
            settled(settling.outcome(), settling.deliveries().size());
        }
        forgetHeldBack();
        unpark();
    }

    /** What was settled is open again, under the tags it had. */
    void rollback() {
        heldBack.forEach(settling -> settling.deliveries().forEach(tags::putBack));
        forgetHeldBack();
    }

    private void forgetHeldBack() {
        heldBack.clear();
        heldBackCount = 0;
    }

    // --- what does not come of the client's settling ---

    /** The timeout that the oldest unacknowledged delivery has exceeded, in milliseconds; to be asked regularly. Later ones are not looked at, as in RabbitMQ. */
    OptionalLong timedOut(long nowMs, ToLongFunction<Held> timeoutMs) {
        var oldest = tags.oldest();
        if (oldest == null) {
            return OptionalLong.empty();
        }
        ages.look(tags.last(), oldest.tag(), nowMs);
        long timeout = timeoutMs.applyAsLong(oldest);
        return ages.oldestMs(nowMs) > timeout ? OptionalLong.of(timeout) : OptionalLong.empty();
    }

    /** basic.recover with requeue=true: everything unacknowledged goes back. */
    void recover() {
        var byQueue = new ByQueue();
        tags.takeUpTo(0, byQueue::add);
        parked.forEach(one -> byQueue.add(one.held()));
        parked.clear();
        byQueue.settle(port, Outcome.REQUEUE);
    }

    /** A second answer to one basic.get, asked of two owners: the message goes back. */
    void unasked(QueueRef queue, boolean noAck, long offset, @Nullable Message message) {
        if (message != null && !noAck) {
            giveBack(queue, offset);
        }
    }

    /** Tells the queue's new owner what is held of it: those deliveries stay here. */
    void handBack(QueueRef queue) {
        var byTag = new LinkedHashMap<String, ByQueue>();
        Consumer<Held> add = held -> {
            if (held.queue().equals(queue)) {
                byTag.computeIfAbsent(held.consumerTag(), tag -> new ByQueue()).add(held);
            }
        };
        tags.forEach(add);
        heldBack.forEach(settling -> settling.deliveries().forEach(add));
        parked.forEach(one -> add.accept(one.held()));
        byTag.forEach((tag, held) -> held.each((of, offsets) -> port.handBack(of, tag, offsets)));
    }

    /**
     * A consumer was cancelled: what the channel-wide prefetch holds back of it is not sent any more, and returns to its place. That counts as a delivery, since the owner of
     * a queue knows no other way back.
     */
    void giveBackParked(String consumerTag) {
        var byQueue = new ByQueue();
        parked.stream().filter(one -> one.consumerTag().equals(consumerTag)).forEach(one -> byQueue.add(one.held()));
        dropParked(consumerTag);
        byQueue.settle(port, Outcome.REQUEUE);
    }

    /** The queue of a consumer is gone, and what is held back of it. */
    void dropParked(String consumerTag) {
        parked.removeIf(one -> one.consumerTag().equals(consumerTag));
    }

    /** A delivery for a consumer that was cancelled meanwhile. */
    void giveBack(QueueRef queue, long offset) {
        port.settle(queue, new long[] {offset}, Outcome.REQUEUE);
    }

    /** Offsets grouped by queue, so that one command settles them. */
    private static final class ByQueue {
        private static final class Offsets {
            long[] values = new long[8];
            int size;
        }

        private final Map<QueueRef, Offsets> groups = new LinkedHashMap<>();
        private @Nullable QueueRef lastQueue;
        private @Nullable Offsets last;

        void add(Held held) {
            var offsets = last;
            if (offsets == null || !held.queue().equals(lastQueue)) {
                offsets = groups.computeIfAbsent(held.queue(), queue -> new Offsets());
                last = offsets;
                lastQueue = held.queue();
            }
            if (offsets.size == offsets.values.length) {
                offsets.values = Arrays.copyOf(offsets.values, 2 * offsets.size);
            }
            offsets.values[offsets.size++] = held.offset();
        }

        void each(BiConsumer<QueueRef, long[]> action) {
            groups.forEach((queue, offsets) -> action.accept(queue, Arrays.copyOf(offsets.values, offsets.size)));
        }

        void settle(ChannelPort port, Outcome outcome) {
            groups.forEach(
                    (queue, offsets) -> port.settle(queue, Arrays.copyOf(offsets.values, offsets.size), outcome));
        }
    }
}
