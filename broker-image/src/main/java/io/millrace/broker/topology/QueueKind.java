package io.millrace.broker.topology;

/** Where a queue's messages lie. */
public enum QueueKind {
    /** In a replicated topic of the log. */
    LOG,

    /** In a replicated topic that its consumers read and nobody empties. */
    STREAM,

    /** As {@link #LOG}, but not for clients: where a delayed exchange holds its messages until they are due. */
    DELAY,

    /** In the memory of one pod: exclusive and transient queues. */
    MEMORY;

    /** Whether messages lie in the log, and their owner empties it. */
    public boolean isLogged() {
        return this == LOG || this == DELAY;
    }
}
