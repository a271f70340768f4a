package io.millrace.broker.server;

import io.millrace.broker.cluster.Commits;
import io.millrace.broker.cluster.DirectReplies;
import io.millrace.broker.cluster.Publisher;
import io.millrace.broker.cluster.QueueHandle;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.protocol.ChannelMachine;
import io.millrace.broker.protocol.ChannelPort;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.queue.ReplyAddress;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.queue.StreamOffset;
import io.millrace.broker.topology.QueueType;
import io.millrace.broker.topology.Refusals;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.Channel;
import io.millrace.broker.wire.Command;
import io.millrace.broker.wire.CommandAssembler;
import io.millrace.broker.wire.ContentHeader;
import io.millrace.broker.wire.Method;
import io.millrace.broker.wire.Queue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

/** The shell of one channel: frames in, the machine's wishes out, answers brought to the connection's event loop. */
final class ChannelShell implements ChannelPort, DirectReplies.Asker {
    private static final long BODY_BYTES_AT_MOST = 16L << 20;

    private final ConnectionHandler connection;
    private final int number;
    private final SessionId session;
    private final CommandAssembler assembler;
    private final ChannelMachine machine;
    private final ChannelPublishing publishing;
    private final ChannelQueues queues;
    private final ChannelTopology topology;
    private final ChannelRates rates = new ChannelRates();
    private @Nullable Runnable afterEnd;
    private Commits.@Nullable Transaction transaction;
    private boolean over;

    ChannelShell(ConnectionHandler connection, int number) {
        this.connection = connection;
        this.number = number;
        session = connection.broker().newSession();
        assembler = new CommandAssembler(number, BODY_BYTES_AT_MOST);
        machine = new ChannelMachine(this, session, this::closed);
        publishing = new ChannelPublishing(connection);
        queues = new ChannelQueues(connection, session, machine, this::onLoop);
        topology = new ChannelTopology(connection, this::onLoop);
    }

    ClientChannel shown() {
        return rates.shown(number, machine.status());
    }

    boolean isBacklogged() {
        return !over && machine.isBacklogged();
    }

    /** Whether it publishes to queues whose consumers are behind. */
    boolean publishesToCrowdedQueue() {
        return !over && publishing.isCrowded();
    }

    boolean consumes() {
        return !over && machine.consumes();
    }

    /** Ends the channel if one of its deliveries waits for its acknowledgement too long. */
    void requireAcknowledged(long nowMs) {
        guarded(() -> machine.requireAcknowledged(number, nowMs));
    }

    void flushConfirms() {
        if (!over) {
            machine.flushConfirms();
        }
    }

    void frame(int type, ByteBuf payload) {
        var command = assembler.accept(type, payload);
        if (command == null) {
            return;
        }
        try {
            if (over) {
                afterOurClose(command.method());
            } else {
                handle(command);
            }
        } finally {
            command.release();
        }
    }

    /** An error that came of a method is blamed on it. */
    private void handle(Command command) {
        if (command.method() instanceof Basic.Publish) {
            connection.published();
        }
        try {
            machine.on(command.method(), command.header(), bytes(command));
        } catch (ChannelError error) {
            var method = command.method();
            throw error.failingClassId() == 0 ? error.causedBy(method.classId(), method.methodId()) : error;
        }
    }

    private static byte @Nullable [] bytes(Command command) {
        return command.body() == null ? null : ByteBufUtil.getBytes(command.body());
    }

    /** We have sent channel.close: the client's answer ends it. A close that crossed ours is answered. */
    private void afterOurClose(Method method) {
        if (method instanceof Channel.Close) {
            connection.send(number, new Channel.CloseOk());
        } else if (method instanceof Channel.CloseOk) {
            connection.forget(number);
        }
    }

    /** Ends the channel with a reason. */
    void refuse(ChannelError error) {
        if (over) {
            return;
        }
        sessionClosed();
        assembler.closing();
        connection.send(
                number,
                new Channel.Close(
                        error.replyCode().code(), error.text(), error.failingClassId(), error.failingMethodId()));
    }

    private void closed() {
        var then = afterEnd;
        if (then == null) {
            connection.send(number, new Channel.CloseOk());
            connection.forget(number);
        } else {
            end();
            then.run();
        }
    }

    /** The connection ends. */
    void end() {
        sessionClosed();
        assembler.close();
    }

    /** The client closes the connection: end as if it had closed the channel, after the methods before that and when everything published has arrived. */
    void endAfterPublishes(Runnable then) {
        afterEnd = then;
        if (over) {
            then.run();
        } else {
            guarded(() -> machine.on(new Channel.Close(ReplyCode.REPLY_SUCCESS.code(), "", 0, 0), null, null));
        }
    }

    void pause(boolean paused) {
        queues.pause(paused);
    }

    /**
     * Runs something of this channel's on its loop; errors end the channel or the connection, as errors of its methods do. None gets through to the queue that told it: it
     * has others to tell.
     */
    private void onLoop(Runnable task) {
        if (connection.loop().inEventLoop()) {
            guarded(task);
        } else {
            connection.loop().execute(() -> guarded(task));
        }
    }

    private void guarded(Runnable task) {
        if (over) {
            return;
        }
        try {
            task.run();
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    /** An error ends the channel or the connection; where the client closes that already, nobody reads a reason, and what is left is the end. */
    private void failed(RuntimeException cause) {
        if (afterEnd == null) {
            connection.failed(number, cause);
        } else if (!over) {
            closed();
        }
    }

    // --- port of the machine ---

    @Override
    public void send(Method method) {
        connection.send(number, method);
    }

    @Override
    public void send(Method method, Message message) {
        connection.send(number, method, message);
    }

    @Override
    public QueueRef readable(String queue) {
        return topology.readable(queue);
    }

    @Override
    public void change(Method request, Answer answer) {
        topology.change(request, answer);
    }

    @Override
    public Routed publish(Basic.Publish publish, ContentHeader header, byte[] body, long confirm) {
        var route = publishing.route(publish, header);
        return route.isEmpty()
                ? Routed.NOWHERE
                : send(publishing.message(publish, header, body, route), route, confirm);
    }

    @Override
    public Prepared prepare(Basic.Publish publish, ContentHeader header, byte[] body) {
        var route = publishing.route(publish, header);
        var message = publishing.message(publish, header, body, route);
        return confirm -> route.isEmpty() ? Routed.NOWHERE : send(message, route, confirm);
    }

    private Routed send(Message message, Publisher.Route route, long confirm) {
        if (transaction == null) {
            connection
                    .broker()
                    .publisher()
                    .publish(message, route, connection.lane(), arrived -> arrived(confirm, arrived));
        } else {
            transaction.publish(message, route, arrived -> arrived(confirm, arrived));
        }
        return Routed.YES;
    }

    @Override
    public void sendTogether(Runnable sends) {
        var together = connection.broker().commits().begin();
        transaction = together;
        try {
            sends.run();
        } finally {
            transaction = null;
        }
        together.commit(connection.lane());
    }

    @Override
    public void reply(Basic.Publish publish, ContentHeader header, byte[] body, Reached reached) {
        publishing.requireAllowed(publish, header);
        connection
                .broker()
                .replies()
                .send(
                        publish.routingKey(),
                        publishing.message(publish, header, body, Publisher.Route.NOWHERE),
                        there -> onLoop(() -> {
                            reached.reached(there);
                            connection.flushSoon();
                        }));
    }

    @Override
    public void openReplies() {
        publishing.replyAddress(connection.broker().replies().open(session, this));
    }

    @Override
    public void closeReplies() {
        var address = publishing.replyAddress();
        if (address != null) {
            connection.broker().replies().close(address);
            publishing.replyAddress(null);
        }
    }

    /** An answer, on whichever thread it came. */
    @Override
    public void answered(Message message) {
        onLoop(() -> machine.replied(message));
    }

    @Override
    public void declareReplies(Queue.Declare declare, Answer answer) {
        if (declare.queue().equals(ReplyAddress.QUEUE)) {
            answer.done(new Queue.DeclareOk(declare.queue(), 0, 1));
            return;
        }
        connection
                .broker()
                .replies()
                .look(
                        declare.queue(),
                        there -> onLoop(() -> {
                            if (there) {
                                answer.done(new Queue.DeclareOk(declare.queue(), 0, 1));
                            } else {
                                answer.refused(Refusals.noQueue(connection.vhost(), new QueueName(declare.queue()))
                                        .causedBy(declare.classId(), declare.methodId()));
                            }
                        }));
    }

    /** An error is that of a commit that failed, or of a method that waited for it. */
    private void arrived(long confirm, boolean arrived) {
        onLoop(() -> {
            machine.published(confirm, arrived);
            connection.flushSoon();
        });
    }

    @Override
    public long consumerTimeoutMs(QueueRef queue) {
        return ChannelQueues.handle(queue)
                .consumerTimeoutMs()
                .orElse(connection.broker().settings().get().consumerTimeout().toMillis());
    }

    @Override
    public void afterPublishes(QueueRef queue, Runnable then) {
        ((QueueHandle) queue).afterPublishes(() -> onLoop(then));
    }

    @Override
    public void subscribe(QueueRef queue, Consumer consumer, boolean exclusive) {
        queues.send(queue, new QueueCommand.Subscribe(consumer, exclusive));
    }

    @Override
    public QueueType type(QueueRef queue) {
        return ChannelQueues.handle(queue).definition().type();
    }

    @Override
    public void read(QueueRef stream, Consumer consumer, StreamOffset offset) {
        queues.read(stream, consumer, offset);
    }

    @Override
    public void cancel(QueueRef queue, ConsumerId consumer) {
        queues.cancel(queue, consumer);
    }

    @Override
    public void settle(QueueRef queue, long[] offsets, Outcome outcome) {
        queues.settle(queue, offsets, outcome);
    }

    @Override
    public void get(QueueRef queue, boolean noAck) {
        queues.send(queue, new QueueCommand.Get(session, 0, noAck));
    }

    @Override
    public void purge(QueueRef queue) {
        queues.send(queue, new QueueCommand.Purge(session, 0));
    }

    @Override
    public void handBack(QueueRef queue, String consumerTag, long[] offsets) {
        queues.send(queue, new QueueCommand.HandBack(session, consumerTag, offsets));
    }

    @Override
    public void sessionClosed() {
        over = true;
        closeReplies();
        queues.close();
    }
}
