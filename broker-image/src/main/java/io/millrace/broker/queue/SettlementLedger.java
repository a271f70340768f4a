package io.millrace.broker.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which offsets of a log are settled: all below the floor, and single ones above it. The part above the floor is kept in chunks of 65,536 offsets, the
 * unit in which it is written to the slot log. Not a {@code java.util.BitSet}: clearing its highest bit rescans all words.
 */
public final class SettlementLedger {
    /** Offsets in one chunk. */
    public static final int CHUNK_OFFSETS = 1 << 16;

    private final TreeMap<Long, AckChunk> chunks = new TreeMap<>();
    private final TreeSet<Long> dirty = new TreeSet<>();
    private final TreeSet<Long> written = new TreeSet<>();
    private final List<Long> obsolete = new ArrayList<>();
    private long floor;

    /** A ledger in which everything below {@code floor} is settled. */
    public SettlementLedger(long floor) {
        this.floor = floor;
    }

    /** Takes over a chunk as read from the slot log; its offsets below the floor do not matter. */
    public void restore(long chunkNumber, AckChunk chunk) {
        written.add(chunkNumber);
        if ((chunkNumber + 1) * CHUNK_OFFSETS <= floor) {
            obsolete.add(chunkNumber);
            written.remove(chunkNumber);
            return;
        }
        chunks.put(chunkNumber, chunk);
        advance();
    }

    /** The lowest offset that is not settled. */
    public long floor() {
        return floor;
    }

    /** Whether {@code offset} is settled. */
    public boolean isSettled(long offset) {
        if (offset < floor) {
            return true;
        }
        var chunk = chunks.get(offset >> 16);
        return chunk != null && chunk.contains((int) (offset & 0xffff));
    }

    /** Settles one offset; false if it was settled already. */
    public boolean settle(long offset) {
        if (isSettled(offset)) {
            return false;
        }
        if (offset == floor) {
            floor++;
            if (!chunks.isEmpty() || (floor & 0xffff) == 0) {
                advance();
            }
            return true;
        }
        long number = offset >> 16;
        chunks.computeIfAbsent(number, _ -> new AckChunk()).add((int) (offset & 0xffff));
        dirty.add(number);
        return true;
    }

    /** Settles every offset in {@code from} (inclusive) to {@code to} (exclusive). */
    public void settleRange(long from, long to) {
        if (from <= floor) {
            raiseFloor(to);
            return;
        }
        for (long offset = from; offset < to; ) {
            long number = offset >> 16;
            long end = Math.min(to, (number + 1) * CHUNK_OFFSETS);
            chunks.computeIfAbsent(number, _ -> new AckChunk())
                    .addRange((int) (offset & 0xffff), (int) (end - number * CHUNK_OFFSETS));
            dirty.add(number);
            offset = end;
        }
    }

    /** Settles everything below {@code newFloor}. */
    public void raiseFloor(long newFloor) {
        if (newFloor > floor) {
            floor = newFloor;
            advance();
        }
    }

    /** Begins anew: all below {@code newFloor} is settled, nothing else. */
    public void rewind(long newFloor) {
        obsolete.addAll(written);
        written.clear();
        chunks.clear();
        dirty.clear();
        floor = newFloor;
    }

    private void advance() {
        while (true) {
            var first = chunks.firstEntry();
            if (first == null) {
                break;
            }
            long start = first.getKey() * CHUNK_OFFSETS;
            if (start + CHUNK_OFFSETS <= floor) {
                drop(first.getKey());
                continue;
            }
            if (start > floor) {
                break;
            }
            int next = first.getValue().firstMissing((int) (floor - start));
            floor = start + next;
            if (next < CHUNK_OFFSETS) {
                break;
            }
        }
        while (!written.isEmpty() && (written.first() + 1) * CHUNK_OFFSETS <= floor) {
            obsolete.add(written.pollFirst());
        }
    }

    private void drop(long number) {
        chunks.remove(number);
        dirty.remove(number);
    }

    /** Settled offsets above the floor. */
    public long settledAboveFloor() {
        long count = 0;
        for (var entry : chunks.entrySet()) {
            long start = entry.getKey() * CHUNK_OFFSETS;
            count += entry.getValue().countFrom((int) Math.max(0, Math.min(CHUNK_OFFSETS, floor - start)));
        }
        return count;
    }

    /** Settled offsets from {@code from} (inclusive) to {@code to} (exclusive). */
    public record Run(long from, long to) {}

    /** The first runs of settled offsets above the floor, in order; one that crosses a chunk's end is two. */
    public List<Run> runsAboveFloor(int atMost) {
        var runs = new ArrayList<Run>();
        for (var entry : chunks.entrySet()) {
            long start = entry.getKey() * CHUNK_OFFSETS;
            var chunk = entry.getValue();
            int from = chunk.firstPresent((int) Math.max(0, floor - start));
            while (from < CHUNK_OFFSETS && runs.size() < atMost) {
                int to = chunk.firstMissing(from);
                runs.add(new Run(start + from, start + to));
                from = chunk.firstPresent(to);
            }
        }
        return runs;
    }

    /** Settled offsets in {@code from} (inclusive) to {@code to} (exclusive); chunks that lie below the floor are gone, but what was in them is settled. */
    public long settledBetween(long from, long to) {
        long above = Math.clamp(floor, from, to);
        long count = above - from;
        for (var entry : chunks.subMap(above >> 16, true, to >> 16, true).entrySet()) {
            long start = entry.getKey() * CHUNK_OFFSETS;
            int low = Math.clamp(above - start, 0, CHUNK_OFFSETS);
            int high = Math.clamp(to - start, 0, CHUNK_OFFSETS);
            count += entry.getValue().countFrom(low) - entry.getValue().countFrom(high);
        }
        return count;
    }

    /** Whether anything was settled since the floor was {@code lastFloor} and changes were last taken. */
    public boolean hasChanges(long lastFloor) {
        return floor != lastFloor || !dirty.isEmpty() || !obsolete.isEmpty();
    }

    /** What changed since the last call: chunks to write and chunks to remove from the slot log. */
    public Changes takeChanges() {
        var changed = new ArrayList<ChangedChunk>(dirty.size());
        for (long number : dirty) {
            var chunk = chunks.get(number);
            if (chunk != null) {
                changed.add(new ChangedChunk(number, chunk.copy()));
                written.add(number);
            }
        }
        dirty.clear();
        obsolete.removeIf(chunks::containsKey); // one that is there again after a rewind
        var gone = List.copyOf(obsolete);
        obsolete.clear();
        return new Changes(changed, gone);
    }

    /** Changes could not be written: they are among the next again, as they will be then. */
    public void putBack(Changes changes) {
        for (var changed : changes.changed()) {
            if (chunks.containsKey(changed.number())) {
                dirty.add(changed.number());
            }
        }
        obsolete.addAll(changes.obsolete());
    }

    /** A chunk is not to be found in the slot log any more: it is among the next changes, if there is something in it. */
    public void writeAgain(long chunkNumber) {
        if (chunks.containsKey(chunkNumber)) {
            dirty.add(chunkNumber);
        }
    }

    /** Numbers of the chunks that lie in the slot log. */
    public Set<Long> writtenChunks() {
        return Set.copyOf(written);
    }

    /** A chunk and its number (offset divided by {@link #CHUNK_OFFSETS}). */
    public record ChangedChunk(long number, AckChunk chunk) {}

    /** Chunks to be written, and numbers of chunks that lie wholly below the floor now and are to be removed. */
    public record Changes(List<ChangedChunk> changed, List<Long> obsolete) {}
}
