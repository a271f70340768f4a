package io.millrace.broker.queue;

import io.millrace.broker.model.DeathReason;
import io.netty.util.collection.LongObjectHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages on their way to a dead-letter exchange: settled when their letters are safe. */
final class Dying {
    /** At most; more wait at the head. */
    private static final int AT_MOST = 512;

    private record One(Entry entry, DeathReason reason) {}

    private final LongObjectHashMap<One> byPlace = new LongObjectHashMap<>();

    boolean isFull() {
        return byPlace.size() >= AT_MOST;
    }

    boolean contains(long place) {
        return byPlace.containsKey(place);
    }

    int size() {
        return byPlace.size();
    }

    void add(Entry entry, DeathReason reason, List<QueueEffect> effects) {
        byPlace.put(entry.place, new One(entry, reason));
        effects.add(new QueueEffect.DeadLetter(entry.place, entry.message, reason));
    }

    /** The message if it is dead now; else its letter is sent again. */
    @Nullable
    Entry reported(long place, boolean appended, List<QueueEffect> effects) {
        var one = byPlace.get(place);
        if (one == null) {
            return null;
        }
        if (appended) {
            byPlace.remove(place);
            return one.entry();
        }
        effects.add(new QueueEffect.DeadLetter(place, one.entry().message, one.reason()));
        return null;
    }
}
