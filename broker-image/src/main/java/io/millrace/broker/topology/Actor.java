package io.millrace.broker.topology;

import org.jspecify.annotations.Nullable;

/**
 * Who wants something.
 *
 * @param user whose permissions count; absent for the broker itself, which may do everything
 * @param connection the connection that asks, by its id: it owns the exclusive queues it declares
 */
public record Actor(@Nullable String user, @Nullable String connection) {
    /** The broker itself. */
    public static final Actor BROKER = new Actor(null, null);

    boolean mayUse(QueueDefinition queue) {
        return queue.exclusiveOwner() == null || queue.exclusiveOwner().equals(connection);
    }
}
