package io.millrace.broker.queue;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;

/** Places of messages that wait in the log only, in order, each with the bytes of its body: 12 bytes for one. */
final class ParkedPlaces {
    private long[] places = {};
    private int[] bodyBytes = {};
    private int first;
    private int size;
    private long totalBytes;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** Bytes of all bodies. */
    long bodyBytes() {
        return totalBytes;
    }

    /** The lowest place; there has to be one. */
    long first() {
        return places[first];
    }

    void addLast(long place, int bytes) {
        makeRoom();
        set(size, place, bytes);
        size++;
        totalBytes += bytes;
    }

    void addFirst(long place, int bytes) {
        makeRoom();
        first = first == 0 ? places.length - 1 : first - 1;
        set(0, place, bytes);
        size++;
        totalBytes += bytes;
    }

    void removeFirst() {
        totalBytes -= bodyBytes[first];
        first = index(1);
        size--;
        if (size == 0) {
            clear();
        }
    }

    /** Takes out one from anywhere; false if it is not here. */
    boolean remove(long place) {
        for (int i = 0; i < size; i++) {
            if (places[index(i)] == place) {
                totalBytes -= bodyBytes[index(i)];
                for (int j = i + 1; j < size; j++) {
                    set(j - 1, places[index(j)], bodyBytes[index(j)]);
                }
                size--;
                return true;
            }
        }
        return false;
    }

    void forEach(LongConsumer visitor) {
        for (int i = 0; i < size; i++) {
            visitor.accept(places[index(i)]);
        }
    }

    /** Takes out all below {@code end}, and tells place and bytes of each. */
    void drainBelow(long end, BiConsumer<Long, Integer> taken) {
        while (size > 0 && first() < end) {
            long place = first();
            int bytes = bodyBytes[first];
            removeFirst();
            taken.accept(place, bytes);
        }
    }

    private void clear() {
        places = new long[0];
        bodyBytes = new int[0];
        first = 0;
        size = 0;
        totalBytes = 0;
    }

    private int index(int i) {
        int at = first + i;
        return at < places.length ? at : at - places.length;
    }

    private void set(int i, long place, int bytes) {
        places[index(i)] = place;
        bodyBytes[index(i)] = bytes;
    }

    private void makeRoom() {
        if (size < places.length) {
            return;
        }
        int room = Math.max(8, size + (size >> 1));
        var newPlaces = Arrays.copyOfRange(places, first, first + room);
        var newBytes = Arrays.copyOfRange(bodyBytes, first, first + room);
        int tail = places.length - first;
        System.arraycopy(places, 0, newPlaces, tail, first);
        System.arraycopy(bodyBytes, 0, newBytes, tail, first);
        places = newPlaces;
        bodyBytes = newBytes;
        first = 0;
    }
}
