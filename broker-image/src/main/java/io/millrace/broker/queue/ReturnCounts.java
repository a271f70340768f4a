package io.millrace.broker.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How often messages came back unacknowledged: only those that did. Kept in the slot log by the chunks of the {@link SettlementLedger}, so that the next owner
 * goes on counting.
 */
public final class ReturnCounts {
    private final TreeMap<Long, TreeMap<Integer, Integer>> chunks = new TreeMap<>();
    private final TreeSet<Long> dirty = new TreeSet<>();
    private final TreeSet<Long> written = new TreeSet<>();

    /** The counts of one chunk by position in it; none if nothing of it is to be kept. */
    public record Chunk(long number, Map<Integer, Integer> counts) {
        public Chunk {
            counts = Map.copyOf(counts);
        }
    }

    /** Takes over a chunk as read from the slot log. */
    public void restore(Chunk chunk) {
        chunks.put(chunk.number(), new TreeMap<>(chunk.counts()));
        written.add(chunk.number());
    }

    /** How often a message came back. */
    public int of(long offset) {
        if (chunks.isEmpty()) {
            return 0;
        }
        var chunk = chunks.get(offset >> 16);
        return chunk == null ? 0 : chunk.getOrDefault(position(offset), 0);
    }

    /** A message has come back {@code count} times. */
    public void set(long offset, int count) {
        chunks.computeIfAbsent(offset >> 16, _ -> new TreeMap<>()).put(position(offset), count);
        dirty.add(offset >> 16);
    }

    /** A message is settled. */
    public void forget(long offset) {
        if (chunks.isEmpty()) {
            return;
        }
        var chunk = chunks.get(offset >> 16);
        if (chunk != null && chunk.remove(position(offset)) != null) {
            dirty.add(offset >> 16);
        }
    }

    /** No message came back. */
    public void clear() {
        dirty.addAll(written);
        chunks.clear();
    }

    private static int position(long offset) {
        return (int) (offset & 0xffff);
    }

    public boolean hasChanges() {
        return !dirty.isEmpty();
    }

    /** The chunks that changed since the last call; what lies below {@code floor} is forgotten. */
    public List<Chunk> takeChanges(long floor) {
        forgetBelow(floor);
        var changed = new ArrayList<Chunk>(dirty.size());
        for (long number : dirty) {
            var counts = chunks.get(number);
            if (counts != null && !counts.isEmpty()) {
                written.add(number);
                changed.add(new Chunk(number, counts));
            } else {
                chunks.remove(number);
                if (written.remove(number)) {
                    changed.add(new Chunk(number, Map.of()));
                }
            }
        }
        dirty.clear();
        return changed;
    }

    private void forgetBelow(long floor) {
        for (var entry : chunks.headMap(floor >> 16, true).entrySet()) {
            long start = entry.getKey() * SettlementLedger.CHUNK_OFFSETS;
            if (entry.getValue().keySet().removeIf(position -> start + position < floor)) {
                dirty.add(entry.getKey());
            }
        }
    }

    /** Changes could not be written: they are among the next again, as they will be then. */
    public void putBack(List<Chunk> changes) {
        for (var chunk : changes) {
            dirty.add(chunk.number());
            written.add(chunk.number());
        }
    }

    /** A chunk is not to be found in the slot log any more: it is among the next changes, if there is something in it. */
    public void writeAgain(long number) {
        if (chunks.containsKey(number)) {
            dirty.add(number);
        }
    }

    /** Numbers of the chunks that lie in the slot log. */
    public Set<Long> writtenChunks() {
        return Set.copyOf(written);
    }
}
