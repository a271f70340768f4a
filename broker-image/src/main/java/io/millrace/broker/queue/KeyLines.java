package io.millrace.broker.queue;

import io.millrace.broker.model.LongString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The lines of all group keys of a shard, by what holds each of them up, and how much they hold together. */
final class KeyLines {
    private final QueueLimits limits;
    private final ParkingRoom room;
    private final Consumer<LongString> gone;
    private final Map<LongString, KeyLine> all = new HashMap<>();

    /** Lines whose first message may go, by its place. */
    private final TreeMap<Long, KeyLine> ready = new TreeMap<>();

    /** Lines whose first message may go once it is read again. */
    private final TreeMap<Long, KeyLine> hungry = new TreeMap<>();

    /** Lines of held keys, those whose first message is in memory and those whose is not. */
    private final TreeMap<Long, KeyLine> held = new TreeMap<>();

    private final TreeMap<Long, KeyLine> heldHungry = new TreeMap<>();
    private long inMemory;
    private long bytes;
    private long heldInMemory;
    private long heldBytes;
    private int parked;
    private long bodyBytes;

    /**
     * @param room what the shards of a queue share
     * @param gone is told the key of which nothing waits and nothing is held any more
     */
    KeyLines(QueueLimits limits, ParkingRoom room, Consumer<LongString> gone) {
        this.limits = limits;
        this.room = room;
        this.gone = gone;
    }

    @Nullable
    KeyLine find(LongString key) {
        return all.get(key);
    }

    KeyLine findOrBegin(LongString key) {
        return all.computeIfAbsent(key, KeyLine::new);
    }

    List<KeyLine> list() {
        return new ArrayList<>(all.values());
    }

    /** Changes a line; it does not count meanwhile. */
    void change(KeyLine line, Consumer<KeyLine> change) {
        if (!line.isEmpty()) {
            index(line).remove(line.firstPlace());
            count(line, -1);
        }
        change.accept(line);
        if (!line.isEmpty()) {
            index(line).put(line.firstPlace(), line);
            count(line, 1);
        } else if (line.held == 0) {
            all.remove(line.key);
            gone.accept(line.key);
        }
    }

    private NavigableMap<Long, KeyLine> index(KeyLine line) {
        if (line.held > 0) {
            return line.isHungry() ? heldHungry : held;
        }
        return line.isHungry() ? hungry : ready;
    }

    private void count(KeyLine line, int sign) {
        inMemory += sign * (long) line.inMemory();
        bytes += sign * line.bytes();
        if (line.held > 0) {
            heldInMemory += sign * (long) line.inMemory();
            heldBytes += sign * line.bytes();
        }
        parked += sign * line.parked();
        room.take(sign * line.parked());
        bodyBytes += sign * line.bodyBytes();
    }

    // --- who is first ---

    @Nullable
    KeyLine firstReady() {
        return first(ready);
    }

    @Nullable
    KeyLine firstHungry() {
        return first(hungry);
    }

    @Nullable
    KeyLine firstHeldHungry() {
        return first(heldHungry);
    }

    /** The line with the oldest message, if that is in memory. */
    @Nullable
    KeyLine oldest() {
        var free = first(ready);
        var other = first(held);
        return free == null || (other != null && other.firstPlace() < free.firstPlace()) ? other : free;
    }

    /** The line of a held key with the newest first message in memory, before {@code place}. */
    @Nullable
    KeyLine heldBefore(long place) {
        var one = held.lowerEntry(place);
        return one == null ? null : one.getValue();
    }

    /** The lines whose first message has to be read from one of these places (the second exclusive). */
    List<KeyLine> hungryBetween(long from, long to) {
        var found = new ArrayList<>(hungry.subMap(from, to).values());
        found.addAll(heldHungry.subMap(from, to).values());
        return found;
    }

    private static @Nullable KeyLine first(NavigableMap<Long, KeyLine> of) {
        var entry = of.firstEntry();
        return entry == null ? null : entry.getValue();
    }

    // --- how much there is ---

    long inMemory() {
        return inMemory;
    }

    long deliverable() {
        return inMemory - heldInMemory;
    }

    int parked() {
        return parked;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    /** Whether less than the {@code part}th part of the window's limits is filled. */
    boolean fillLessThan(int part) {
        return inMemory < limits.windowMessages() / part && bytes < limits.windowBytes() / part;
    }

    /** As {@link #fillLessThan}, of what waits behind held keys. */
    boolean heldFillLessThan(int part) {
        return heldInMemory < limits.windowMessages() / part && heldBytes < limits.windowBytes() / part;
    }

    /** Whether what waits behind held keys fills more than the {@code part}th part. */
    boolean heldFillMoreThan(int part) {
        return isMoreThan(part, heldInMemory, heldBytes);
    }

    /** As {@link #heldFillMoreThan(int)}, while a line is being changed. */
    boolean heldFillMoreThan(int part, KeyLine changing) {
        return isMoreThan(part, heldInMemory + changing.inMemory(), heldBytes + changing.bytes());
    }

    private boolean isMoreThan(int part, long messages, long size) {
        return messages > limits.windowMessages() / part || size > limits.windowBytes() / part;
    }

    /** Whether no more than the {@code part}th part is filled by what may go. */
    boolean deliverableFillAtMost(int part) {
        return deliverable() <= limits.windowMessages() / part && bytes - heldBytes <= limits.windowBytes() / part;
    }
}
