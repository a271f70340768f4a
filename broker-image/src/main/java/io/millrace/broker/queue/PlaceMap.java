package io.millrace.broker.queue;

import io.netty.util.collection.LongObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A map by place or offset. Those follow one upon the other, and a map with open addressing puts neighbours into one long run, through which every removal goes: they are
 * spread by a multiplication that can be undone, so no two become one.
 *
 * @param <V> what there is at a place
 */
final class PlaceMap<V> {
    /** 2^64 divided by the golden ratio (Knuth, multiplicative hashing). */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private final LongObjectHashMap<V> map = new LongObjectHashMap<>();

    private static long spread(long place) {
        return place * SPREAD;
    }

    void put(long place, V value) {
        map.put(spread(place), value);
    }

    @Nullable
    V get(long place) {
        return map.get(spread(place));
    }

    @Nullable
    V remove(long place) {
        return map.remove(spread(place));
    }

    boolean contains(long place) {
        return map.containsKey(spread(place));
    }

    Iterable<V> values() {
        return map.values();
    }

    int size() {
        return map.size();
    }

    boolean isEmpty() {
        return map.isEmpty();
    }

    void clear() {
        map.clear();
    }
}
