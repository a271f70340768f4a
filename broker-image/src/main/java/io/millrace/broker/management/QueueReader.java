package io.millrace.broker.management;

import io.millrace.broker.cluster.QueueEvents;
import io.millrace.broker.cluster.QueueHandle;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.queue.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A session with one queue for the time of one request. What the queue says comes on the queue's loop, and the state here is touched there only. */
final class QueueReader implements QueueEvents {
    /** Sessions of AMQP channels count up from 1, and never get that far. */
    private static final AtomicLong SESSIONS = new AtomicLong(1L << 40);

    private static final long PATIENCE_MS = 5_000;
    private static final long BYTES_AT_MOST = 16 << 20;

    /** A message that was read; {@code remaining} messages were ready after it. */
    record Taken(Message message, boolean redelivered, long remaining) {}

    private final QueueHandle queue;
    private final SessionId session;
    private final List<Taken> taken = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();
    private final CompletableFuture<List<Taken>> read = new CompletableFuture<>();
    private final CompletableFuture<Long> purged = new CompletableFuture<>();
    private final CompletableFuture<Void> rewound = new CompletableFuture<>();
    private int wanted;
    private long bytes;
    private Outcome outcome = Outcome.REQUEUE;

    QueueReader(QueueHandle queue, String pod) {
        this.queue = queue;
        session = new SessionId(pod, SESSIONS.incrementAndGet());
    }

    /** Takes up to {@code count} messages, and no more than some MiB, then settles them. */
    CompletionStage<List<Taken>> read(int count, Outcome outcome) {
        wanted = count;
        this.outcome = outcome;
        queue.afterPublishes(this::next);
        return read.orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS).whenComplete((messages, failure) -> {
            if (failure != null) {
                send(new QueueCommand.SessionClosed(session));
            }
        });
    }

    /** Removes all that is ready; the stage ends with the number of messages. */
    CompletionStage<Long> purge() {
        queue.afterPublishes(() -> send(new QueueCommand.Purge(session, 0)));
        return purged.orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .whenComplete((count, failure) -> send(new QueueCommand.SessionClosed(session)));
    }

    /** Takes the queue to places, one per level; the stage ends when every later owner knows. */
    CompletionStage<Void> rewind(long[] places) {
        queue.afterPublishes(() -> send(new QueueCommand.Rewind(session, 0, places)));
        return rewound.orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> send(new QueueCommand.SessionClosed(session)));
    }

    private void send(QueueCommand command) {
        queue.send(command, session, this);
    }

    private void next() {
        if (taken.size() < wanted && bytes < BYTES_AT_MOST && !read.isDone()) {
            send(new QueueCommand.Get(session, taken.size(), false));
        } else {
            finish();
        }
    }

    private void finish() {
        if (!offsets.isEmpty() && outcome != Outcome.REQUEUE) {
            send(new QueueCommand.Settled(
                    session, offsets.stream().mapToLong(Long::longValue).toArray(), outcome));
        }
        send(new QueueCommand.SessionClosed(session)); // what it still holds returns to its place
        read.complete(List.copyOf(taken));
    }

    /** The queue changed hands in the middle: the request is given up, and what was taken is ready again at the new owner. */
    @Override
    public void reattach(QueueHandle from) {
        var reason = new IllegalStateException("the queue moved to another pod; try again");
        read.completeExceptionally(reason);
        purged.completeExceptionally(reason);
        rewound.completeExceptionally(reason);
    }

    @Override
    public void got(
            QueueHandle from,
            long requestId,
            long offset,
            @Nullable Message message,
            boolean redelivered,
            long remaining) {
        if (message == null) {
            finish();
            return;
        }
        taken.add(new Taken(message, redelivered, remaining));
        offsets.add(offset);
        bytes += message.sizeBytes();
        next();
    }

    @Override
    public void purged(QueueHandle from, long requestId, long count) {
        purged.complete(count);
    }

    @Override
    public void rewound(QueueHandle from, long requestId) {
        rewound.complete(null);
    }

    @Override
    public void gone(QueueHandle from) {
        read.complete(List.copyOf(taken));
        purged.complete(0L);
        rewound.complete(null);
    }

    @Override
    public void subscribed(QueueHandle from, String consumerTag, boolean accepted) {
        // it never subscribes
    }

    @Override
    public void deliver(
            QueueHandle from, String consumerTag, boolean noAck, long offset, Message message, boolean redelivered) {
        // it never subscribes
    }

    @Override
    public void cancelled(QueueHandle from, String consumerTag) {
        // it never subscribes
    }
}
