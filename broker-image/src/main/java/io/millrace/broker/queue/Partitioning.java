package io.millrace.broker.queue;

import io.millrace.broker.model.Message;

/** What decides to which level of a queue, that is to which partition of its topic, a message belongs. Fixed for the life of a queue. */
public sealed interface Partitioning permits Delays, Priorities, Shards {
    /** How many levels there are. */
    int levels();

    /** The level of a message, from 0 on. */
    int levelOf(Message message);
}
