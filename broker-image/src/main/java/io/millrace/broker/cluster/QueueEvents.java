package io.millrace.broker.cluster;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand;
import org.jspecify.annotations.Nullable;

/** A session (AMQP channel) as the owner of a queue sees it. Called on the queue's loop; implementations hand over to their own. */
public interface QueueEvents {
    /** Whether a consumer was accepted. */
    void subscribed(QueueHandle queue, String consumerTag, boolean accepted);

    /** A delivery for consumer {@code consumerTag}. */
    void deliver(
            QueueHandle queue, String consumerTag, boolean noAck, long offset, Message message, boolean redelivered);

    /** The answer to basic.get; no message means the queue is empty. */
    void got(
            QueueHandle queue,
            long requestId,
            long offset,
            @Nullable Message message,
            boolean redelivered,
            long remaining);

    /** The answer to queue.purge. */
    void purged(QueueHandle queue, long requestId, long count);

    /** The answer to {@link QueueCommand.Rewind}: it is done, and every later owner knows. */
    void rewound(QueueHandle queue, long requestId);

    /**
     * Another pod owns the queue now, or the link to it was renewed: say so to {@link QueueHandle#attachesAgain}, tell it what the session holds, subscribe and ask again.
     * Whatever else the session had asked for on the way does not get there.
     */
    void reattach(QueueHandle queue);

    /** The queue is gone: this consumer is cancelled. */
    void cancelled(QueueHandle queue, String consumerTag);

    /** The queue is gone, as this pod sees it, and nothing more comes of it: all its consumers are cancelled, and what was asked of it is answered as if it were empty. */
    void gone(QueueHandle queue);
}
