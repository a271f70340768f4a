package io.millrace.broker.queue;

import io.millrace.broker.model.Message;

/**
 * The priorities of a queue (RabbitMQ, Priority Queues: {@code x-max-priority}) and its levels, which are served strictly in order. A message without a priority has
 * the lowest, one above the highest has the highest. A level of a logged queue is a partition of its topic; so there are at most {@link #LOGGED_LEVELS} of them, and
 * neighbours among more priorities share one.
 *
 * @param highest the highest priority; 0 for a queue without priorities
 * @param levels how many levels there are
 */
public record Priorities(int highest, int levels) implements Partitioning {
    /** Priorities 0 to 10 each have a level of their own. */
    public static final int LOGGED_LEVELS = 11;

    /** The priority of messages does not matter. */
    public static final Priorities NONE = new Priorities(0, 1);

    /** The priorities from 0 to {@code highest} of a queue. */
    public static Priorities upTo(int highest, boolean logged) {
        int all = highest + 1;
        return new Priorities(highest, logged ? Math.min(all, LOGGED_LEVELS) : all);
    }

    /** 0 is the lowest. */
    @Override
    public int levelOf(Message message) {
        if (levels == 1) {
            return 0;
        }
        return Math.min(message.priority(), highest) * (levels - 1) / highest;
    }

    /** The lowest priority of a level's messages. */
    public int lowestOf(int level) {
        return levels == 1 ? 0 : Math.ceilDiv(level * highest, levels - 1);
    }
}
