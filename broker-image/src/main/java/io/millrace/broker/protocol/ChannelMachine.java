package io.millrace.broker.protocol;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.wire.Access;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.Channel;
import io.millrace.broker.wire.Confirm;
import io.millrace.broker.wire.ContentHeader;
import io.millrace.broker.wire.Exchange;
import io.millrace.broker.wire.Method;
import io.millrace.broker.wire.Queue;
import io.millrace.broker.wire.Tx;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One AMQP channel. Methods are handled in order: while one waits for its answer (a declare, a get), those behind it wait too. Belongs to its
 * connection's event loop; a thrown {@link AmqpError} ends the channel or the connection.
 */
public final class ChannelMachine {
    /** Methods that may wait behind one; a client that sends more is not read any further. */
    public static final int BACKLOG_AT_MOST = 512;

    private record Waiting(Method method, @Nullable ContentHeader header, byte @Nullable [] body) {}

    /** A consumer of this channel; {@code begun} once its queue accepted it. */
    private record Subscription(QueueRef queue, Consumer consumer, boolean exclusive, boolean noWait, boolean begun) {
        Subscription accepted() {
            return new Subscription(queue, consumer, exclusive, noWait, true);
        }
    }

    private final ChannelPort port;
    private final SessionId session;
    private final Runnable closed;
    private final ChannelDeliveries deliveries;
    private final Map<String, Subscription> consumers = new HashMap<>();
    private final LastQueue lastQueue = new LastQueue();
    private final ArrayDeque<Waiting> backlog = new ArrayDeque<>();
    private @Nullable ConfirmTracker confirms;
    private int consumerPrefetch;
    private long consumerTags;
    private long underWay;
    private @Nullable QueueRef asked;
    private Runnable askAgain = () -> {};
    private boolean stalled;
    private boolean getNoAck;
    private boolean purgeNoWait;
    private boolean closing;

    /** @param closed told when the channel is closed because the client wants it; the close-ok is the shell's to send */
    public ChannelMachine(ChannelPort port, SessionId session, Runnable closed) {
        this.port = port;
        this.session = session;
        this.closed = closed;
        deliveries = new ChannelDeliveries(port);
    }

    /** Whether so many methods wait that the connection should not be read. */
    public boolean isBacklogged() {
        return backlog.size() >= BACKLOG_AT_MOST;
    }

    /** Whether it has consumers: acks come through the same socket as publishes. */
    public boolean consumes() {
        return !consumers.isEmpty();
    }

    /** Handles a method from the client. */
    public void on(Method method, @Nullable ContentHeader header, byte @Nullable [] body) {
        if (stalled) {
            backlog.add(new Waiting(method, header, body));
        } else {
            dispatch(method, header, body);
        }
    }

    private void stall() {
        stalled = true;
    }

    private void resume() {
        stalled = false;
        while (!stalled) {
            var next = backlog.poll();
            if (next == null) {
                return;
            }
            dispatch(next.method(), next.header(), next.body());
        }
    }

    private void dispatch(Method method, @Nullable ContentHeader header, byte @Nullable [] body) {
        switch (method) {
            case Basic.Publish publish when header != null && body != null -> publish(publish, header, body);
            case Basic.Ack(var tag, var multiple) -> deliveries.settle(tag, multiple, Outcome.ACK, method);
            case Basic.Nack(var tag, var multiple, var requeue) ->
                deliveries.settle(tag, multiple, requeue ? Outcome.REQUEUE : Outcome.DEAD_LETTER, method);
            case Basic.Reject(var tag, var requeue) ->
                deliveries.settle(tag, false, requeue ? Outcome.REQUEUE : Outcome.DEAD_LETTER, method);
            case Basic.Get(var queue, var noAck) -> get(queue, noAck);
            case Basic.Consume consume -> consume(consume);
            case Basic.Cancel(var tag, var noWait) -> cancel(tag, noWait);
            case Basic.Qos qos -> qos(qos);
            case Basic.Recover(var requeue) -> {
                recover(requeue, method);
                port.send(new Basic.RecoverOk());
            }
            case Basic.RecoverAsync(var requeue) -> recover(requeue, method);
            case Exchange exchange -> change(exchange);
            case Queue.Purge(var queue, var noWait) -> purge(queue, noWait);
            case Queue queue -> change(lastQueue.spelledOut(queue));
            case Confirm.Select(var noWait) -> confirmSelect(noWait);
            case Channel.Flow(var active) -> flow(active, method);
            case Channel.Close close -> finish();
            case Channel.Open open ->
                throw new ConnectionError(
                        ReplyCode.CHANNEL_ERROR, "second 'channel.open' seen", open.classId(), open.methodId());
            case Access.Request request -> port.send(new Access.RequestOk(1));
            case Tx tx -> throw notImplemented("transactions are not there yet", tx);
            default ->
                throw new ConnectionError(
                        ReplyCode.COMMAND_INVALID, "unimplemented method", method.classId(), method.methodId());
        }
    }

    private static ConnectionError notImplemented(String what, Method by) {
        return new ConnectionError(ReplyCode.NOT_IMPLEMENTED, what, by.classId(), by.methodId());
    }

    // --- publishing ---

    private void publish(Basic.Publish publish, ContentHeader header, byte[] body) {
        if (publish.immediate()) {
            throw notImplemented("immediate=true", publish);
        }
        var tracker = confirms;
        long number = tracker == null ? 0 : tracker.take();
        underWay++;
        var routed = port.publish(publish, header, body, number);
        if (routed == ChannelPort.Routed.NOWHERE) {
            if (publish.mandatory()) {
                var unroutable = new Message(
                        publish.exchange(), publish.routingKey(), header.propertyBytes(), body, Message.NEVER, 0);
                port.send(
                        new Basic.Return(
                                ReplyCode.NO_ROUTE.code(),
                                ReplyCode.NO_ROUTE.name(),
                                publish.exchange(),
                                publish.routingKey()),
                        unroutable);
            }
            published(number, true);
        }
    }

    /** All queues have the message that was published under {@code number} (0 without confirms), or one of them cannot have it. */
    public void published(long number, boolean arrived) {
        underWay--;
        if (confirms != null && number > 0) {
            confirms.answered(number, arrived);
        }
        if (closing && underWay == 0) {
            finishClose();
        }
    }

    /** Sends the confirms that are due; the shell calls it once per batch of news. */
    public void flushConfirms() {
        if (confirms != null && confirms.hasNews()) {
            confirms.flush(new ConfirmFrames(port));
        }
    }

    private void confirmSelect(boolean noWait) {
        if (confirms == null) {
            confirms = new ConfirmTracker();
        }
        if (!noWait) {
            port.send(new Confirm.SelectOk());
        }
    }

    // --- consuming ---

    private void consume(Basic.Consume consume) {
        var name = lastQueue.named(consume.queue(), consume);
        var tag = consume.consumerTag().isEmpty()
                ? "amq.ctag-" + session.pod() + "-" + session.number() + "-" + ++consumerTags
                : consume.consumerTag();
        if (consumers.containsKey(tag)) {
            throw new ConnectionError(
                    ReplyCode.NOT_ALLOWED,
                    "attempt to reuse consumer tag '" + tag + "'",
                    consume.classId(),
                    consume.methodId());
        }
        var queue = port.readable(name);
        int prefetch = consumerPrefetch;
        if (deliveries.channelPrefetch() > 0) {
            prefetch = prefetch == 0 ? deliveries.channelPrefetch() : Math.min(prefetch, deliveries.channelPrefetch());
        }
        var consumer = new Consumer(
                new ConsumerId(session, tag),
                prefetch,
                consume.noAck(),
                ConsumerArguments.priority(consume.arguments(), queue));
        consumers.put(tag, new Subscription(queue, consumer, consume.exclusive(), consume.noWait(), false));
        stall();
        port.afterPublishes(queue, () -> port.subscribe(queue, consumer, consume.exclusive()));
    }

    /** The owner of the queue has accepted a consumer, or refused it because of an exclusive one. */
    public void subscribed(QueueRef queue, String consumerTag, boolean accepted) {
        var subscription = consumers.get(consumerTag);
        if (subscription == null || subscription.begun()) {
            return; // it went meanwhile, or a new owner has taken it over
        }
        if (!accepted) {
            consumers.remove(consumerTag);
            throw new ChannelError(
                    ReplyCode.ACCESS_REFUSED,
                    "queue '%s' in vhost '%s' in exclusive use".formatted(queue.queueName(), queue.vhost()),
                    60,
                    20);
        }
        consumers.put(consumerTag, subscription.accepted());
        if (!subscription.noWait()) {
            port.send(new Basic.ConsumeOk(consumerTag));
        }
        resume();
    }

    private void cancel(String consumerTag, boolean noWait) {
        var subscription = consumers.remove(consumerTag);
        if (subscription != null) {
            port.cancel(subscription.queue(), new ConsumerId(session, consumerTag));
        }
        if (!noWait) {
            port.send(new Basic.CancelOk(consumerTag));
        }
    }

    /** The queue of a consumer is gone. */
    public void cancelled(String consumerTag, boolean tellClient) {
        if (consumers.remove(consumerTag) != null && tellClient) {
            port.send(new Basic.Cancel(consumerTag, true));
        }
    }

    /** Another pod owns the queue now: it is told what the channel holds, its consumers begin again, and what was asked is asked again. */
    public void reattach(QueueRef queue) {
        deliveries.handBack(queue);
        consumers.forEach((tag, subscription) -> {
            if (subscription.queue().equals(queue)) {
                port.subscribe(queue, subscription.consumer(), subscription.exclusive());
            }
        });
        if (queue.equals(asked)) {
            askAgain.run();
        }
    }

    /** Asks a queue something; the channel waits for the answer. */
    private void ask(QueueRef queue, Runnable question) {
        asked = queue;
        askAgain = question;
        stall();
        port.afterPublishes(queue, question);
    }

    /** A message for one of the channel's consumers. */
    public void deliver(
            QueueRef queue, String consumerTag, boolean noAck, long offset, Message message, boolean redelivered) {
        if (consumers.containsKey(consumerTag) && !closing) {
            deliveries.deliver(queue, consumerTag, noAck, offset, message, redelivered);
        } else if (!noAck) {
            deliveries.giveBack(queue, offset);
        }
    }

    private void get(String queueName, boolean noAck) {
        var name = lastQueue.named(queueName, new Basic.Get(queueName, noAck));
        var queue = port.readable(name);
        getNoAck = noAck;
        ask(queue, () -> port.get(queue, noAck));
    }

    /** The answer to {@link ChannelPort#get}; no message means the queue is empty. */
    public void got(QueueRef queue, long offset, @Nullable Message message, boolean redelivered, long remaining) {
        if (asked == null) {
            deliveries.unasked(queue, getNoAck, offset, message);
            return;
        }
        asked = null;
        if (message == null) {
            port.send(new Basic.GetEmpty());
        } else {
            deliveries.got(queue, getNoAck, offset, message, redelivered, remaining);
        }
        resume();
    }

    private void qos(Basic.Qos qos) {
        if (qos.prefetchSize() != 0) {
            throw notImplemented("prefetch_size!=0 (" + qos.prefetchSize() + ")", qos);
        }
        if (qos.global()) {
            deliveries.channelPrefetch(qos.prefetchCount());
        } else {
            consumerPrefetch = qos.prefetchCount();
        }
        port.send(new Basic.QosOk());
    }

    private void recover(boolean requeue, Method by) {
        if (!requeue) {
            throw notImplemented("requeue=false", by);
        }
        deliveries.recover();
    }

    // --- topology ---

    private void change(Method request) {
        stall();
        port.change(request, new ChannelPort.Answer() {
            @Override
            public void done(Method reply) {
                if (reply instanceof Queue.DeclareOk declared) {
                    lastQueue.declared(declared.queue());
                }
                if (!LastQueue.noWait(request)) {
                    port.send(reply);
                }
                resume();
            }

            @Override
            public void refused(AmqpError error) {
                throw error;
            }
        });
    }

    private void purge(String queueName, boolean noWait) {
        var name = lastQueue.named(queueName, new Queue.Purge(queueName, noWait));
        var queue = port.readable(name);
        purgeNoWait = noWait;
        ask(queue, () -> port.purge(queue));
    }

    /** The answer to {@link ChannelPort#purge}. */
    public void purged(long count) {
        if (asked == null) {
            return;
        }
        asked = null;
        if (!purgeNoWait) {
            port.send(new Queue.PurgeOk(count));
        }
        resume();
    }

    // --- the end ---

    private void flow(boolean active, Method by) {
        if (!active) {
            throw notImplemented("active=false", by);
        }
        port.send(new Channel.FlowOk(true));
    }

    /** Closes the channel when everything it published has its answer. */
    public void finish() {
        closing = true;
        stall();
        if (underWay == 0) {
            finishClose();
        }
    }

    private void finishClose() {
        closing = false;
        flushConfirms();
        port.sessionClosed();
        closed.run();
    }
}
