package io.millrace.broker.cluster;

import io.millrace.broker.model.Message;

/** Who consumes a stream. Called on the stream's loop; implementations hand over to their own. */
public interface StreamEvents {
    /** The consumer was accepted; its deliveries follow. */
    void subscribed(StreamCursor cursor);

    /** A delivery, to be settled with {@link StreamCursor#settled}. */
    void deliver(StreamCursor cursor, long offset, Message message);

    /** The stream is gone, or cannot be read: the consumer is cancelled. */
    void cancelled(StreamCursor cursor);
}
