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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The consuming half of a channel after consumers are set up: tags, acknowledgements, the channel-wide prefetch limit. */
final class ChannelDeliveries {
    /** A delivery that the channel-wide prefetch holds back. */
    private record Parked(QueueRef queue, String consumerTag, long offset, Message message, boolean redelivered) {}

    private final ChannelPort port;
    private final DeliveryTags tags = new DeliveryTags();
    private final ArrayDeque<Parked> parked = new ArrayDeque<>();
    private int channelPrefetch;

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

    void deliver(QueueRef queue, String consumerTag, boolean noAck, long offset, Message message, boolean redelivered) {
        if (noAck) {
            send(tags.skip(), consumerTag, message, redelivered);
        } else if (isFull() || !parked.isEmpty()) {
            parked.add(new Parked(queue, consumerTag, offset, message, redelivered));
        } else {
            send(tags.hold(queue, consumerTag, offset), consumerTag, message, redelivered);
        }
    }

    private boolean isFull() {
        return channelPrefetch > 0 && tags.open() >= channelPrefetch;
    }

    private void send(long tag, String consumerTag, Message message, boolean redelivered) {
        port.send(new Basic.Deliver(consumerTag, tag, redelivered, message.exchange(), message.routingKey()), message);
    }

    /** A delivery that is settled with this. */
    void send(String consumerTag, Message message) {
        send(tags.skip(), consumerTag, message, false);
    }

    private void unpark() {
        while (!parked.isEmpty() && !isFull()) {
            var next = parked.remove();
            send(
                    tags.hold(next.queue(), next.consumerTag(), next.offset()),
                    next.consumerTag(),
                    next.message(),
                    next.redelivered());
        }
    }

    void got(QueueRef queue, boolean noAck, long offset, Message message, boolean redelivered, long remaining) {
        long tag = noAck ? tags.skip() : tags.hold(queue, "", offset);
        port.send(new Basic.GetOk(tag, redelivered, message.exchange(), message.routingKey(), remaining), message);
    }

    /** basic.ack, basic.nack, basic.reject. */
    void settle(long tag, boolean multiple, Outcome outcome, Method by) {
        if (!multiple) {
            var held = tags.take(tag);
            if (held == null) {
                throw unknown(tag, by);
            }
            port.settle(held.queue(), new long[] {held.offset()}, outcome);
        } else {
            settleUpTo(tag, outcome, by);
        }
        unpark();
    }

    private void settleUpTo(long tag, Outcome outcome, Method by) {
        var byQueue = new ByQueue();
        int before = tags.open();
        boolean known = tags.takeUpTo(tag, byQueue::add);
        if (!known || (tag != 0 && before == tags.open())) {
            throw unknown(tag, by);
        }
        byQueue.settle(port, outcome);
    }

    private static ChannelError unknown(long tag, Method by) {
        return new ChannelError(
                ReplyCode.PRECONDITION_FAILED, "unknown delivery tag " + tag, by.classId(), by.methodId());
    }

    /** basic.recover with requeue=true: everything unacknowledged goes back. */
    void recover() {
        var byQueue = new ByQueue();
        tags.takeUpTo(0, byQueue::add);
        for (var one : parked) {
            byQueue.add(new Held(0, one.queue(), one.consumerTag(), one.offset()));
        }
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
        tags.forEach(held -> {
            if (held.queue().equals(queue)) {
                byTag.computeIfAbsent(held.consumerTag(), tag -> new ByQueue()).add(held);
            }
        });
        for (var one : parked) {
            if (one.queue().equals(queue)) {
                byTag.computeIfAbsent(one.consumerTag(), tag -> new ByQueue())
                        .add(new Held(0, one.queue(), one.consumerTag(), one.offset()));
            }
        }
        byTag.forEach((tag, held) -> held.each((of, offsets) -> port.handBack(of, tag, offsets)));
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
