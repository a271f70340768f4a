package io.millrace.broker.topology;

/** Where a queue's messages lie. */
public enum QueueKind {
    /** In a replicated topic of the log. */
    LOG,

    /** In a replicated topic that its consumers read and nobody empties. */
    STREAM,

    /** In the memory of one pod: exclusive and transient queues. */
    MEMORY
}
