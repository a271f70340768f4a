package io.millrace.broker.server;

import io.millrace.broker.cluster.QueueEvents;
import io.millrace.broker.cluster.QueueHandle;
import io.millrace.broker.cluster.StreamCursor;
import io.millrace.broker.cluster.StreamEvents;
import io.millrace.broker.model.Message;
import io.millrace.broker.protocol.ChannelMachine;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.queue.StreamOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What a channel says to queues, and what they say to it on their loops, brought to the channel's. */
final class ChannelQueues implements QueueEvents, StreamEvents {
    private final ConnectionHandler connection;
    private final SessionId session;
    private final ChannelMachine machine;
    private final Executor onLoop;
    private final Set<QueueHandle> used = new HashSet<>();
    private final Map<String, StreamCursor> cursors = new HashMap<>();
    private boolean paused;
    private boolean closed;

    /** @param onLoop runs something of the channel's on its loop */
    ChannelQueues(ConnectionHandler connection, SessionId session, ChannelMachine machine, Executor onLoop) {
        this.connection = connection;
        this.session = session;
        this.machine = machine;
        this.onLoop = onLoop;
    }

    void send(QueueRef queue, QueueCommand command) {
        if (closed) {
            return; // what ended the session may lie below on the stack; a consumer that began now would never end
        }
        var handle = (QueueHandle) queue;
        used.add(handle);
        if (paused && command instanceof QueueCommand.Subscribe) {
            handle.send(new QueueCommand.Paused(session, true), session, this);
        }
        handle.send(command, session, this);
    }

    /** What the machine knows as a queue: the queue itself, or a consumer's place in a stream. */
    static QueueHandle handle(QueueRef queue) {
        return queue instanceof StreamCursor cursor ? cursor.stream() : (QueueHandle) queue;
    }

    void read(QueueRef stream, Consumer consumer, StreamOffset offset) {
        var cursor = connection.broker().streams().subscribe((QueueHandle) stream, consumer, offset, this);
        cursors.put(cursor.consumerTag(), cursor);
        if (paused) {
            cursor.pause(true);
        }
    }

    void cancel(QueueRef queue, ConsumerId consumer) {
        var cursor = cursors.remove(consumer.consumerTag());
        if (cursor == null) {
            send(queue, new QueueCommand.Cancelled(consumer));
        } else {
            cursor.stop();
        }
    }

    void settle(QueueRef queue, long[] offsets, Outcome outcome) {
        if (queue instanceof StreamCursor cursor) {
            cursor.settled(offsets);
        } else {
            send(queue, new QueueCommand.Settled(session, offsets, outcome));
        }
    }

    /** Whether deliveries wait, also those of consumers that are yet to come: the client does not read what it was sent. */
    void pause(boolean pause) {
        paused = pause;
        cursors.values().forEach(cursor -> cursor.pause(paused));
        used.forEach(queue -> queue.send(new QueueCommand.Paused(session, paused), session, this));
    }

    /** The session is over. */
    void close() {
        closed = true;
        used.forEach(queue -> queue.send(new QueueCommand.SessionClosed(session), session, this));
        used.clear();
        cursors.values().forEach(StreamCursor::stop);
        cursors.clear();
    }

    @Override
    public void subscribed(StreamCursor cursor) {
        onLoop.execute(() -> machine.subscribed(cursor.stream(), cursor.consumerTag(), true));
    }

    @Override
    public void deliver(StreamCursor cursor, long offset, Message message) {
        onLoop.execute(() -> machine.deliver(cursor, cursor.consumerTag(), false, offset, message, false));
    }

    @Override
    public void cancelled(StreamCursor cursor) {
        onLoop.execute(() -> cursors.remove(cursor.consumerTag(), cursor));
        cancelled(cursor.stream(), cursor.consumerTag());
    }

    @Override
    public void subscribed(QueueHandle queue, String consumerTag, boolean accepted) {
        onLoop.execute(() -> machine.subscribed(queue, consumerTag, accepted));
    }

    @Override
    public void deliver(
            QueueHandle queue, String consumerTag, boolean noAck, long offset, Message message, boolean redelivered) {
        onLoop.execute(() -> machine.deliver(queue, consumerTag, noAck, offset, message, redelivered));
    }

    @Override
    public void got(
            QueueHandle queue,
            long requestId,
            long offset,
            @Nullable Message message,
            boolean redelivered,
            long remaining) {
        onLoop.execute(() -> machine.got(queue, offset, message, redelivered, remaining));
    }

    @Override
    public void purged(QueueHandle queue, long requestId, long count) {
        onLoop.execute(() -> machine.purged(queue, count));
    }

    @Override
    public void rewound(QueueHandle queue, long requestId) {
        // AMQP has no such method
    }

    @Override
    public void reattach(QueueHandle queue) {
        onLoop.execute(() -> {
            queue.attachesAgain(session);
            machine.reattach(queue);
        });
    }

    @Override
    public void cancelled(QueueHandle queue, String consumerTag) {
        boolean tell = tellsOfCancels();
        onLoop.execute(() -> machine.cancelled(queue, consumerTag, tell));
    }

    @Override
    public void gone(QueueHandle queue) {
        boolean tell = tellsOfCancels();
        onLoop.execute(() -> machine.gone(queue, tell));
    }

    private boolean tellsOfCancels() {
        return connection.clientCan("consumer_cancel_notify");
    }
}
