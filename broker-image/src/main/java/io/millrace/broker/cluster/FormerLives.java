package io.millrace.broker.cluster;

import io.millrace.broker.topology.TopologyKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many lives names have had whose queues are gone, or may be: the next queue of a name writes to a topic of its own, while what was sent to the former one may still
 * arrive there and its deletion is still to come. After that a name is as good as new, and is forgotten. Not thread-safe.
 */
final class FormerLives {
    /** A producer tries for two minutes. A topic that is not deleted is news of its name, each time this is tried again. */
    static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** Far more than can come and go in that time; the longest known are forgotten first. */
    static final int KEPT_AT_MOST = 100_000;

    private record Life(int number, long sinceNanos) {}

    private final Map<TopologyKey, Life> newestLast = new LinkedHashMap<>();
    private final LongSupplier nanoTime;

    FormerLives(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The number of the next life of a name; from 1. */
    int next(TopologyKey name) {
        var known = newestLast.get(name);
        return known == null ? 1 : known.number() + 1;
    }

    /** Something happens to what a name called in a life, or was to call. */
    void touched(TopologyKey name, int life) {
        long now = nanoTime.getAsLong();
        var known = newestLast.remove(name);
        newestLast.put(name, new Life(known == null ? life : Math.max(life, known.number()), now));
        var oldest = newestLast.values().iterator();
        while (oldest.hasNext()
                && (now - oldest.next().sinceNanos() > KEPT_NANOS || newestLast.size() > KEPT_AT_MOST)) {
            oldest.remove();
        }
    }

    int size() {
        return newestLast.size();
    }
}
