package io.millrace.broker.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages whose copies are on their way elsewhere, to a dead-letter exchange or after a delay: settled when the copies are safe. */
final class Forwarding {
    /** At most; more wait at the head. */
    private static final int AT_MOST = 512;

    private record One(Entry entry, QueueEffect effect) {}

    private final PlaceMap<One> byPlace = new PlaceMap<>();

    boolean isFull() {
        return byPlace.size() >= AT_MOST;
    }

    boolean contains(long place) {
        return byPlace.contains(place);
    }

    int size() {
        return byPlace.size();
    }

    /** @param effect what sends the copies */
    void add(Entry entry, QueueEffect effect, List<QueueEffect> effects) {
        byPlace.put(entry.place, new One(entry, effect));
        effects.add(effect);
    }

    /** The message if its copies are safe; else they are sent again, by the next owner if this one is leaving. */
    @Nullable
    Entry reported(long place, boolean appended, boolean leaving, List<QueueEffect> effects) {
        var one = byPlace.get(place);
        if (one == null) {
            return null;
        }
        if (appended) {
            byPlace.remove(place);
            return one.entry();
        }
        if (!leaving) {
            effects.add(one.effect());
        }
        return null;
    }
}
