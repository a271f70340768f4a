package io.millrace.broker.cluster;

import io.millrace.broker.queue.Place;
import io.millrace.broker.queue.QueueCommand;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.LongConsumer;

/**
 * How far this pod knows the logs of a queue to reach, level by level, and the telling of it to an owner elsewhere (a nudge), once for many messages. On the queue's
 * loop.
 */
final class LogEnds {
    private final QueueHandle queue;
    private final Links links;
    private long[] ends = new long[1];
    private final BitSet untold = new BitSet();
    private boolean nudging;

    LogEnds(QueueHandle queue, Links links) {
        this.queue = queue;
        this.links = links;
    }

    /** A level's log reaches up to a place. */
    void seen(long end) {
        int level = Place.level(end);
        if (level >= ends.length) {
            ends = Arrays.copyOf(ends, level + 1);
        }
        if (end > ends[level]) {
            ends[level] = end;
            untold.set(level);
        }
    }

    /** Tells the owner elsewhere what is new, soon. */
    void nudgeSoon() {
        if (!nudging && queue.isElsewhere()) {
            nudging = true;
            queue.loop().execute(this::nudge);
        }
    }

    /** Tells the owner elsewhere what is new, now. */
    void nudge() {
        nudging = false;
        if (queue.isElsewhere()) {
            tell(end -> links.toQueue(queue.owner(), queue.definition().qid(), null, new QueueCommand.LogEnd(end)));
        }
    }

    /** Tells all to a new owner elsewhere: what the one before was told may have been lost on the way. */
    void nudgeAll() {
        forgetTold();
        nudge();
    }

    /** Tells all to this pod, which is the new owner. */
    void tellAll(OwnedQueue owner) {
        forgetTold();
        tell(end -> owner.accept(new QueueCommand.LogEnd(end), null, null));
    }

    /** A level is gone, and its number may get another meaning. */
    void forget(int level) {
        if (level < ends.length) {
            ends[level] = 0;
            untold.clear(level);
        }
    }

    private void forgetTold() {
        for (int level = 0; level < ends.length; level++) {
            if (Place.offset(ends[level]) > 0) {
                untold.set(level);
            }
        }
    }

    private void tell(LongConsumer owner) {
        untold.stream().forEach(level -> owner.accept(ends[level]));
        untold.clear();
    }
}
