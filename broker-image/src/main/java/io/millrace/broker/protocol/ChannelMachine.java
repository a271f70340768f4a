package io.millrace.broker.protocol;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.queue.ReplyAddress;
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
import org.jspecify.annotations.Nullable;

/**
 * One AMQP channel. Methods are handled in order: while one waits for its answer (a declare, a get), those behind it wait too. Belongs to its
 * connection's event loop; a thrown {@link AmqpError} ends the channel or the connection.
 */
public final class ChannelMachine {
    /** Methods that may wait behind one; a client that sends more is not read any further. */
    public static final int BACKLOG_AT_MOST = 512;

    private static final Tx.Commit COMMIT = new Tx.Commit();

    private final ChannelPort port;
    private final Runnable closed;
    private final ChannelDeliveries deliveries;
    private final ChannelConsumers consumers;
    private final DirectReply directReply;
    private final LastQueue lastQueue = new LastQueue();
    private final MethodBacklog backlog = new MethodBacklog(this::dispatch);
    private final Questions questions;
    private final ChannelPublishes publishes;
    private boolean committing;
    private boolean closing;

    /** @param closed told when the channel is closed because the client wants it; the close-ok is the shell's to send */
    public ChannelMachine(ChannelPort port, SessionId session, Runnable closed) {
        this.port = port;
        this.closed = closed;
        publishes = new ChannelPublishes(port, this::allAnswered);
        deliveries = new ChannelDeliveries(port);
        consumers = new ChannelConsumers(port, session);
        directReply = new DirectReply(port);
        questions = new Questions(port, deliveries, backlog);
    }

    /** Whether so many methods wait that the connection should not be read. */
    public boolean isBacklogged() {
        return backlog.size() >= BACKLOG_AT_MOST;
    }

    /** Whether it has consumers: acks come through the same socket as publishes. */
    public boolean consumes() {
        return !consumers.isEmpty();
    }

    /** How the channel is at the moment. */
    public ChannelStatus status() {
        return new ChannelStatus(
                publishes.areConfirmed(),
                publishes.areHeldBack(),
                consumers.prefetch(),
                deliveries.channelPrefetch(),
                deliveries.open(),
                publishes.unconfirmed(),
                publishes.uncommitted(),
                deliveries.uncommitted(),
                publishes.counts(),
                deliveries.counts(),
                consumers.status());
    }

    /** Handles a method from the client. */
    public void on(Method method, @Nullable ContentHeader header, byte @Nullable [] body) {
        backlog.on(method, header, body);
    }

    private void dispatch(Method method, @Nullable ContentHeader header, byte @Nullable [] body) {
        switch (method) {
            case Basic.Publish publish when header != null && body != null -> publish(publish, header, body);
            case Basic.Ack(var tag, var multiple) -> deliveries.settle(tag, multiple, Outcome.ACK, method);
            case Basic.Nack(var tag, var multiple, var requeue) ->
                deliveries.settle(tag, multiple, requeue ? Outcome.REQUEUE : Outcome.DEAD_LETTER, method);
            case Basic.Reject(var tag, var requeue) ->
                deliveries.settle(tag, false, requeue ? Outcome.REQUEUE : Outcome.DEAD_LETTER, method);
            case Basic.Get get -> questions.get(port.readable(lastQueue.named(get.queue(), get)), get);
            case Basic.Consume consume -> consume(consume);
            case Basic.Cancel(var tag, var noWait) -> cancel(tag, noWait);
            case Basic.Qos qos -> qos(qos);
            case Basic.Recover(var requeue) -> {
                recover(requeue, method);
                port.send(new Basic.RecoverOk());
            }
            case Basic.RecoverAsync(var requeue) -> recover(requeue, method);
            case Exchange exchange -> change(exchange);
            case Queue.Purge purge -> questions.purge(port.readable(lastQueue.named(purge.queue(), purge)), purge);
            case Queue.Declare declare
            when ReplyAddress.isReserved(declare.queue()) -> {
                backlog.stall();
                port.declareReplies(declare, answerTo(declare));
            }
            case Queue queue -> change(lastQueue.spelledOut(queue));
            case Confirm.Select select -> confirmSelect(select);
            case Channel.Flow(var active) -> flow(active, method);
            case Channel.Close close -> finish();
            case Channel.Open open ->
                throw new ConnectionError(
                        ReplyCode.CHANNEL_ERROR, "second 'channel.open' seen", open.classId(), open.methodId());
            case Access.Request request -> port.send(new Access.RequestOk(1));
            case Tx tx -> transaction(tx);
            default -> throw unimplemented(method);
        }
    }

    private static ConnectionError unimplemented(Method method) {
        return new ConnectionError(
                ReplyCode.COMMAND_INVALID, "unimplemented method", method.classId(), method.methodId());
    }

    private static ConnectionError notImplemented(String what, Method by) {
        return new ConnectionError(ReplyCode.NOT_IMPLEMENTED, what, by.classId(), by.methodId());
    }

    // --- publishing ---

    private void publish(Basic.Publish publish, ContentHeader header, byte[] body) {
        if (publish.immediate()) {
            throw notImplemented("immediate=true", publish);
        }
        publishes.publish(publish, header, body);
    }

    /** All queues have the message that was published under {@code number} (0 without confirms), or one of them cannot have it. */
    public void published(long number, boolean arrived) {
        publishes.answered(number, arrived);
    }

    /** Sends the confirms that are due; the shell calls it once per batch of news. */
    public void flushConfirms() {
        publishes.flushConfirms();
    }

    private void confirmSelect(Confirm.Select select) {
        publishes.confirm(select);
        if (!select.noWait()) {
            port.send(new Confirm.SelectOk());
        }
    }

    private void allAnswered() {
        if (closing) {
            finishClose();
        } else if (committing) {
            committed();
        }
    }

    // --- transactions ---

    private void transaction(Tx method) {
        switch (method) {
            case Tx.Select select -> {
                publishes.holdBack(select);
                deliveries.holdBack();
                port.send(new Tx.SelectOk());
            }
            case Tx.Commit commit -> {
                backlog.stall();
                committing = true;
                publishes.commit(commit);
            }
            case Tx.Rollback rollback -> {
                publishes.rollback(rollback);
                deliveries.rollback();
                port.send(new Tx.RollbackOk());
            }
            default -> throw unimplemented(method);
        }
    }

    /** Acknowledgements count after the publishes: a crash in between delivers again, and loses nothing. */
    private void committed() {
        committing = false;
        if (publishes.hasFailed()) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED, "partial tx completion", COMMIT.classId(), COMMIT.methodId());
        }
        deliveries.commit();
        port.send(new Tx.CommitOk());
        backlog.resume();
    }

    // --- consuming ---

    private void consume(Basic.Consume consume) {
        var tag = consumers.tag(consume);
        if (DirectReply.isFor(consume)) {
            directReply.consume(tag, consume);
            return;
        }
        var queue = port.readable(lastQueue.named(consume.queue(), consume));
        backlog.stall();
        consumers.begin(tag, queue, consume, deliveries.channelPrefetch());
    }

    /** The owner of the queue has accepted a consumer, or refused it because of an exclusive one. */
    public void subscribed(QueueRef queue, String consumerTag, boolean accepted) {
        if (consumers.subscribed(queue, consumerTag, accepted)) {
            backlog.resume();
        }
    }

    private void cancel(String consumerTag, boolean noWait) {
        if (directReply.has(consumerTag)) {
            directReply.cancel();
        } else {
            consumers.cancel(consumerTag);
            deliveries.giveBackParked(consumerTag);
        }
        if (!noWait) {
            port.send(new Basic.CancelOk(consumerTag));
        }
    }

    /** The queue of a consumer is gone. */
    public void cancelled(QueueRef queue, String consumerTag, boolean tellClient) {
        if (!consumers.cancelled(queue, consumerTag)) {
            return;
        }
        deliveries.dropParked(consumerTag);
        if (tellClient) {
            port.send(new Basic.Cancel(consumerTag, true));
        }
    }

    /** A queue is gone: its consumers end, one that was about to begin too, and what was asked of it has an answer. Some of that may have been told before. */
    public void gone(QueueRef queue, boolean tellClient) {
        for (var tag : consumers.of(queue)) {
            subscribed(queue, tag, true);
            cancelled(queue, tag, tellClient);
        }
        questions.gone(queue);
    }

    /** Another pod owns the queue now: it is told what the channel holds, its consumers begin again, and what was asked is asked again. */
    public void reattach(QueueRef queue) {
        deliveries.handBack(queue);
        consumers.subscribeAgain(queue);
        questions.reattach(queue);
    }

    /** A message for one of the channel's consumers. */
    public void deliver(
            QueueRef queue, String consumerTag, boolean noAck, long offset, Message message, boolean redelivered) {
        if (closing) {
            return; // it returns with the session: given back now, it would come again at once and for ever
        }
        if (consumers.has(consumerTag)) {
            deliveries.deliver(queue, consumerTag, noAck, offset, message, redelivered);
        } else if (!noAck) {
            deliveries.giveBack(queue, offset);
        }
    }

    /** An answer to a request of this channel (direct reply-to). */
    public void replied(Message message) {
        var tag = directReply.consumerTag();
        if (tag != null && !closing) {
            deliveries.send(tag, message);
        }
    }

    /** The answer to {@link ChannelPort#get}; no message means the queue is empty. */
    public void got(QueueRef queue, long offset, @Nullable Message message, boolean redelivered, long remaining) {
        questions.got(queue, offset, message, redelivered, remaining);
    }

    /**
     * Looks for a delivery that waits for its acknowledgement too long; to be called regularly.
     *
     * @param number the channel's
     * @param nowMs by any clock that only goes forward
     * @throws ChannelError {@code PRECONDITION_FAILED} if there is one
     */
    public void requireAcknowledged(int number, long nowMs) {
        var timeout = deliveries.timedOut(
                nowMs,
                held -> consumers.timeoutMs(held.consumerTag()).orElseGet(() -> port.consumerTimeoutMs(held.queue())));
        if (timeout.isPresent()) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    "delivery acknowledgement on channel %d timed out. Timeout value used: %d ms. This timeout value can be configured, see consumers doc guide to learn more"
                            .formatted(number, timeout.getAsLong()));
        }
    }

    private void qos(Basic.Qos qos) {
        if (qos.prefetchSize() != 0) {
            throw notImplemented("prefetch_size!=0 (" + qos.prefetchSize() + ")", qos);
        }
        if (qos.global()) {
            deliveries.channelPrefetch(qos.prefetchCount());
        } else {
            consumers.prefetch(qos.prefetchCount());
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
        backlog.stall();
        port.change(request, answerTo(request));
    }

    private ChannelPort.Answer answerTo(Method request) {
        return new ChannelPort.Answer() {
            @Override
            public void done(Method reply) {
                if (reply instanceof Queue.DeclareOk declared) {
                    lastQueue.declared(declared.queue());
                }
                if (!LastQueue.noWait(request)) {
                    port.send(reply);
                }
                backlog.resume();
            }

            @Override
            public void refused(AmqpError error) {
                throw error;
            }
        };
    }

    /** The answer to {@link ChannelPort#purge}. */
    public void purged(QueueRef queue, long count) {
        questions.purged(queue, count);
    }

    // --- the end ---

    private void flow(boolean active, Method by) {
        if (!active) {
            throw notImplemented("active=false", by);
        }
        port.send(new Channel.FlowOk(true));
    }

    /** Closes the channel when everything it published has its answer. */
    private void finish() {
        closing = true;
        backlog.stall();
        if (publishes.isAllAnswered()) {
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
