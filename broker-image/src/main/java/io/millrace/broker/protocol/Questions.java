package io.millrace.broker.protocol;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.wire.Queue;
import org.jspecify.annotations.Nullable;

/** What a channel asks of a queue and waits for: basic.get and queue.purge, one at a time. */
final class Questions {
    private record Question(QueueRef queue, Runnable ask) {
        boolean isOf(QueueRef other) {
            return queue.equals(other);
        }
    }

    private final ChannelPort port;
    private final ChannelDeliveries deliveries;
    private final MethodBacklog backlog;
    private @Nullable Question open;
    private boolean asked;
    private boolean getNoAck;
    private boolean purgeNoWait;

    Questions(ChannelPort port, ChannelDeliveries deliveries, MethodBacklog backlog) {
        this.port = port;
        this.deliveries = deliveries;
        this.backlog = backlog;
    }

    void get(QueueRef queue, boolean noAck) {
        getNoAck = noAck;
        ask(queue, () -> port.get(queue, noAck));
    }

    void purge(QueueRef queue, boolean noWait) {
        purgeNoWait = noWait;
        ask(queue, () -> port.purge(queue));
    }

    private void ask(QueueRef queue, Runnable ask) {
        var question = new Question(queue, ask);
        open = question;
        asked = false;
        backlog.stall();
        port.afterPublishes(queue, () -> {
            if (question.equals(open)) {
                asked = true;
                ask.run();
            }
        });
    }

    /** Another pod owns the queue now: what it was asked is asked again. What still waits for publishes is not: it would be asked twice, and two messages taken. */
    void reattach(QueueRef queue) {
        if (open != null && open.isOf(queue) && asked) {
            open.ask().run();
        }
    }

    /** The answer to {@link ChannelPort#get}; no message means the queue is empty. */
    void got(QueueRef queue, long offset, @Nullable Message message, boolean redelivered, long remaining) {
        if (open == null) {
            deliveries.unasked(queue, getNoAck, offset, message);
            return;
        }
        open = null;
        if (message == null) {
            deliveries.gotNothing();
        } else {
            deliveries.got(queue, getNoAck, offset, message, redelivered, remaining);
        }
        backlog.resume();
    }

    /** The answer to {@link ChannelPort#purge}. */
    void purged(long count) {
        if (open == null) {
            return;
        }
        open = null;
        if (!purgeNoWait) {
            port.send(new Queue.PurgeOk(count));
        }
        backlog.resume();
    }
}
