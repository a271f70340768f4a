package io.millrace.broker.protocol;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.topology.QueueType;
import io.millrace.broker.topology.Refusals;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.Method;
import io.millrace.broker.wire.Queue;
import org.jspecify.annotations.Nullable;

/** What a channel asks of a queue and waits for: basic.get and queue.purge, one at a time. */
final class Questions {
    private record Question(QueueRef queue, Runnable ask, Runnable ifGone) {
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

    void get(QueueRef queue, Basic.Get get) {
        requireNoStream(queue, "basic.get", get);
        boolean noAck = get.noAck();
        getNoAck = noAck;
        ask(queue, () -> port.get(queue, noAck), () -> got(queue, -1, null, false, 0));
    }

    void purge(QueueRef queue, Queue.Purge purge) {
        requireNoStream(queue, "queue.purge", purge);
        purgeNoWait = purge.noWait();
        ask(queue, () -> port.purge(queue), () -> purged(queue, 0));
    }

    private void requireNoStream(QueueRef queue, String what, Method by) {
        if (port.type(queue) == QueueType.STREAM) {
            throw Refusals.notForStreams(what, queue.vhost(), queue.queueName()).causedBy(by.classId(), by.methodId());
        }
    }

    private void ask(QueueRef queue, Runnable ask, Runnable ifGone) {
        var question = new Question(queue, ask, ifGone);
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

    /** The queue is gone: what it was asked, or was going to be, is answered as if it were empty. */
    void gone(QueueRef queue) {
        if (open != null && open.isOf(queue)) {
            open.ifGone().run();
        }
    }

    /** The answer to {@link ChannelPort#get}; no message means the queue is empty. */
    void got(QueueRef queue, long offset, @Nullable Message message, boolean redelivered, long remaining) {
        if (open == null || !open.isOf(queue)) {
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
    void purged(QueueRef queue, long count) {
        if (open == null || !open.isOf(queue)) {
            return;
        }
        open = null;
        if (!purgeNoWait) {
            port.send(new Queue.PurgeOk(count));
        }
        backlog.resume();
    }
}
