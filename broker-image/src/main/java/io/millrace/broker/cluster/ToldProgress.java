package io.millrace.broker.cluster;

import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * How far this pod says it has followed the topology. It does not pass the move of a queue to another topic before all that it published to the former one is there:
 * the new one is not delivered from until every pod has said so, and so order is kept. Safe for any thread.
 */
final class ToldProgress implements TopologyReplica.Progress {
    private final LongConsumer writer;
    private final TreeSet<Long> moving = new TreeSet<>();
    private long applied = -1;

    /** @param writer told how far */
    ToldProgress(LongConsumer writer) {
        this.writer = writer;
    }

    @Override
    public void applied(long offset) {
        long told;
        synchronized (this) {
            applied = offset;
            told = told();
        }
        writer.accept(told);
    }

    @Override
    public void moved(QueueHandle queue, long offset) {
        synchronized (this) {
            moving.add(offset);
        }
        queue.afterPublishes(() -> arrived(offset));
    }

    private void arrived(long offset) {
        long told;
        synchronized (this) {
            moving.remove(offset);
            told = told();
        }
        writer.accept(told);
    }

    /** The offset up to which it may be told; -1 if nothing was applied. */
    synchronized long told() {
        return moving.isEmpty() ? applied : Math.min(applied, moving.first() - 1);
    }
}
