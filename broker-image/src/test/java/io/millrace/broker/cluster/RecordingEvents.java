package io.millrace.broker.cluster;

import io.millrace.broker.model.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A session, Alice's, that writes down what it hears. */
final class RecordingEvents implements QueueEvents {
    final List<Long> delivered = new ArrayList<>();
    final List<String> heard = new ArrayList<>();

    /** Runs before a delivery of an offset counts. */
    LongConsumer atDelivery = _ -> {};

    /** The loop on which the session attaches again. */
    Executor loop = Runnable::run;

    /** What the session says when it attaches again. */
    Consumer<QueueHandle> atReattach = _ -> {};

    /** What the session does when a consumer has begun. */
    Consumer<QueueHandle> atSubscribed = _ -> {};

    @Override
    public void subscribed(QueueHandle queue, String consumerTag, boolean accepted) {
        heard.add("subscribed " + consumerTag + " " + accepted);
        atSubscribed.accept(queue);
    }

    @Override
    public void deliver(
            QueueHandle queue, String consumerTag, boolean noAck, long offset, Message message, boolean redelivered) {
        atDelivery.accept(offset);
        delivered.add(offset);
    }

    @Override
    public void got(
            QueueHandle queue,
            long requestId,
            long offset,
            @Nullable Message message,
            boolean redelivered,
            long remaining) {
        heard.add("got " + offset);
    }

    @Override
    public void purged(QueueHandle queue, long requestId, long count) {
        heard.add("purged " + count);
    }

    @Override
    public void rewound(QueueHandle queue, long requestId) {
        heard.add("rewound");
    }

    @Override
    public void reattach(QueueHandle queue) {
        heard.add("reattach");
        loop.execute(() -> {
            queue.attachesAgain(SlotScene.ALICE);
            atReattach.accept(queue);
        });
    }

    @Override
    public void cancelled(QueueHandle queue, String consumerTag) {
        heard.add("cancelled " + consumerTag);
    }

    @Override
    public void gone(QueueHandle queue) {
        heard.add("gone");
    }
}
