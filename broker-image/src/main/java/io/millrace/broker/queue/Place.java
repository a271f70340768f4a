package io.millrace.broker.queue;

/**
 * Where a message lies in its queue, as one number: the level (a priority or a shard), which is a partition of the queue's log, and the offset there. Places of
 * one level are ordered as its offsets are; in a queue of one level place and offset are the same.
 */
public final class Place {
    private static final int OFFSET_BITS = 47;
    private static final long OFFSET = (1L << OFFSET_BITS) - 1;

    private Place() {}

    /** The place at {@code offset} (below 2^47) of {@code level} (0 to 65,535). */
    public static long of(int level, long offset) {
        return (long) level << OFFSET_BITS | offset;
    }

    public static int level(long place) {
        return (int) (place >>> OFFSET_BITS);
    }

    public static long offset(long place) {
        return place & OFFSET;
    }
}
