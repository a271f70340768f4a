package io.millrace.broker.cluster;

import io.millrace.broker.queue.Place;
import java.util.BitSet;
import java.util.function.LongConsumer;

/** How far this pod knows the logs of a queue to reach, level by level, and what of that the owner has not been told. On the queue's loop. */
final class LogEnds {
    private final long[] ends;
    private final BitSet untold = new BitSet();

    LogEnds(int levels) {
        ends = new long[levels];
    }

    /** A level's log reaches up to a place. */
    void seen(long end) {
        int level = Place.level(end);
        if (end > ends[level]) {
            ends[level] = end;
            untold.set(level);
        }
    }

    boolean hasUntold() {
        return !untold.isEmpty();
    }

    /** Tells what is new. */
    void tell(LongConsumer owner) {
        untold.stream().forEach(level -> owner.accept(ends[level]));
        untold.clear();
    }

    /** Tells all to a new owner: what the one before was told may have been lost on the way. */
    void tellAll(LongConsumer owner) {
        for (int level = 0; level < ends.length; level++) {
            if (Place.offset(ends[level]) > 0) {
                untold.set(level);
            }
        }
        tell(owner);
    }
}
