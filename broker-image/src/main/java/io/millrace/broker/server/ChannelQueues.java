package io.millrace.broker.server;

import io.millrace.broker.cluster.QueueEvents;
import io.millrace.broker.cluster.QueueHandle;
import io.millrace.broker.model.Message;
import io.millrace.broker.protocol.ChannelMachine;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.queue.SessionId;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a channel says to queues, and what they say to it on their loops, brought to the channel's. */
final class ChannelQueues implements QueueEvents {
    private final ConnectionHandler connection;
    private final SessionId session;
    private final ChannelMachine machine;
    private final Consumer<Runnable> onLoop;
    private final Set<QueueHandle> used = new HashSet<>();

    /** @param onLoop runs something of the channel's on its loop */
    ChannelQueues(ConnectionHandler connection, SessionId session, ChannelMachine machine, Consumer<Runnable> onLoop) {
        this.connection = connection;
        this.session = session;
        this.machine = machine;
        this.onLoop = onLoop;
    }

    void send(QueueRef queue, QueueCommand command) {
        var handle = (QueueHandle) queue;
        used.add(handle);
        handle.send(command, session, this);
    }

    void pause(boolean paused) {
        used.forEach(queue -> queue.send(new QueueCommand.Paused(session, paused), session, this));
    }

    /** The session is over. */
    void close() {
        used.forEach(queue -> queue.send(new QueueCommand.SessionClosed(session), session, this));
        used.clear();
    }

    @Override
    public void subscribed(QueueHandle queue, String consumerTag, boolean accepted) {
        onLoop.accept(() -> machine.subscribed(queue, consumerTag, accepted));
    }

    @Override
    public void deliver(
            QueueHandle queue, String consumerTag, boolean noAck, long offset, Message message, boolean redelivered) {
        onLoop.accept(() -> machine.deliver(queue, consumerTag, noAck, offset, message, redelivered));
    }

    @Override
    public void got(
            QueueHandle queue,
            long requestId,
            long offset,
            @Nullable Message message,
            boolean redelivered,
            long remaining) {
        onLoop.accept(() -> machine.got(queue, offset, message, redelivered, remaining));
    }

    @Override
    public void purged(QueueHandle queue, long requestId, long count) {
        onLoop.accept(() -> machine.purged(count));
    }

    @Override
    public void reattach(QueueHandle queue) {
        onLoop.accept(() -> machine.reattach(queue));
    }

    @Override
    public void cancelled(QueueHandle queue, String consumerTag) {
        boolean tell = connection.clientCan("consumer_cancel_notify");
        onLoop.accept(() -> machine.cancelled(consumerTag, tell));
    }
}
