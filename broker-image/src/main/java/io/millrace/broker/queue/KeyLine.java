package io.millrace.broker.queue;

import io.millrace.broker.model.LongString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;

/** The messages of one group key that wait: the first of them in memory, others perhaps known by their place only (parked). */
final class KeyLine {
    final LongString key;

    /** Messages of the key that were taken and are not settled: while there are any, none of those that wait may go. */
    int held;

    private boolean waitsForFormer;
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>(2);
    private final ParkedPlaces parked = new ParkedPlaces();
    private long bytes;
    private long bodyBytes;

    KeyLine(LongString key) {
        this.key = key;
    }

    /** Nothing waits, and nothing is held. */
    boolean isUnused() {
        return isEmpty() && held == 0;
    }

    /** As long as messages of the key may lie in former topics, none may go. */
    void waitForFormer() {
        waitsForFormer = true;
        held++;
    }

    void formerGone() {
        waitsForFormer = false;
        held--;
    }

    boolean waitsForFormer() {
        return waitsForFormer;
    }

    boolean isEmpty() {
        return waiting.isEmpty() && parked.isEmpty();
    }

    /** Whether the first that waits has to be read from the log before it can go. */
    boolean isHungry() {
        return !parked.isEmpty() && (waiting.isEmpty() || parked.first() < waiting.getFirst().place);
    }

    /** The place of the first that waits; there has to be one. */
    long firstPlace() {
        return isHungry() ? parked.first() : waiting.getFirst().place;
    }

    /** Messages in memory. */
    int inMemory() {
        return waiting.size();
    }

    /** Messages known by their place. */
    int parked() {
        return parked.size();
    }

    /** Bytes of what is in memory. */
    long bytes() {
        return bytes;
    }

    /** Bytes of the bodies of all. */
    long bodyBytes() {
        return bodyBytes + parked.bodyBytes();
    }

    /** Puts a message in memory to its place. */
    void add(Entry entry) {
        entry.line = this;
        count(entry, 1);
        if (waiting.isEmpty() || waiting.getLast().place < entry.place) {
            waiting.addLast(entry);
        } else if (entry.place < waiting.getFirst().place) {
            waiting.addFirst(entry);
        } else {
            waiting.addLast(entry);
            var sorted = new ArrayList<>(waiting);
            Collections.sort(sorted);
            waiting.clear();
            waiting.addAll(sorted);
        }
    }

    /** Keeps the place of the newest message only. */
    void park(Entry entry) {
        parked.addLast(entry.place, entry.message.bodyBytes());
    }

    /** The first that waits; it has to be in memory. */
    Entry first() {
        return waiting.getFirst();
    }

    /** Takes the first out; it has to be in memory. */
    void removeFirst() {
        count(waiting.removeFirst(), -1);
    }

    /** Keeps the place only of the last in memory; false if that would lose what is known of it, or the order, or it is one of {@code kept}. */
    boolean parkLast(LongPredicate kept) {
        var last = waiting.peekLast();
        if (last == null
                || last.returned
                || kept.test(last.place)
                || (!parked.isEmpty() && parked.first() < last.place)) {
            return false;
        }
        waiting.removeLast();
        count(last, -1);
        parked.addFirst(last.place, last.message.bodyBytes());
        return true;
    }

    /** Whether this place is the first of those that are parked. */
    boolean isFirstParked(long place) {
        return !parked.isEmpty() && parked.first() == place;
    }

    /** Forgets a parked place; false if it is not parked here. */
    boolean unpark(long place) {
        if (isFirstParked(place)) {
            parked.removeFirst();
            return true;
        }
        return parked.remove(place);
    }

    /** Those parked that are among {@code places}. */
    List<Long> parkedAmong(LongPredicate places) {
        var found = new ArrayList<Long>();
        parked.forEach(place -> {
            if (places.test(place)) {
                found.add(place);
            }
        });
        return found;
    }

    /** Takes out those in memory that are among {@code places}. */
    List<Entry> takeAmong(LongPredicate places) {
        var taken = waiting.stream().filter(entry -> places.test(entry.place)).toList();
        waiting.removeAll(taken);
        taken.forEach(entry -> count(entry, -1));
        return taken;
    }

    /** Takes out all below {@code end}, and tells place and bytes of each. */
    void drainBelow(long end, BiConsumer<Long, Integer> taken) {
        while (!waiting.isEmpty() && waiting.getFirst().place < end) {
            var entry = first();
            removeFirst();
            taken.accept(entry.place, entry.message.sizeBytes());
        }
        drainParkedBelow(end, taken);
    }

    /** Takes out those below {@code end} that are parked, and tells place and bytes of each. */
    void drainParkedBelow(long end, BiConsumer<Long, Integer> taken) {
        parked.drainBelow(end, taken);
    }

    private void count(Entry entry, int sign) {
        bytes += sign * (long) entry.message.sizeBytes();
        bodyBytes += sign * (long) entry.message.bodyBytes();
    }
}
