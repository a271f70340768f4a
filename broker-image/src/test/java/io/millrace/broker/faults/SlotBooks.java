package io.millrace.broker.faults;

import io.millrace.broker.log.SlotRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges the slot log by the rules of its format alone: who owns a slot, whether an owner that was replaced went on writing, and that no floor that counts
 * ever sinks. Safe for any thread.
 */
final class SlotBooks {
    /** A claim: its offset is the epoch of its owner. */
    record Claim(long epoch, String pod) {}

    /** What has a floor of its own: one partition of a topic of a queue. */
    private record Part(long qid, int number) {
        static Part of(SlotRecord.Head head) {
            return new Part(head.qid(), head.partition());
        }
    }

    /** What compaction leaves one record of. */
    private record Key(int slot, ByteBuffer bytes) {}

    private final Map<Integer, Claim> owners = new HashMap<>();
    private final Map<Part, Long> floors = new HashMap<>();
    private final List<String> sunken = new ArrayList<>();
    private final Set<Key> left = new HashSet<>();
    private int stale;
    private int claims;

    synchronized void see(int slot, long offset, SlotRecord slotRecord) {
        var key = new Key(slot, ByteBuffer.wrap(slotRecord.key()));
        if (slotRecord instanceof SlotRecord.Removed) {
            left.remove(key);
        } else if (!(slotRecord instanceof SlotRecord.Claim)) {
            left.add(key);
        }
        switch (slotRecord) {
            case SlotRecord.Claim claim -> {
                claims++;
                owners.put(slot, new Claim(offset, claim.pod()));
            }
            case SlotRecord.Head head -> {
                if (counts(slot, head.epoch())) {
                    var before = floors.merge(Part.of(head), head.floor(), Math::max);
                    if (before > head.floor()) {
                        sunken.add("queue %x: floor %d after %d".formatted(head.qid(), head.floor(), before));
                    }
                }
            }
            case SlotRecord.Acks acks -> counts(slot, acks.epoch());
            case SlotRecord.Returns returns -> counts(slot, returns.epoch());
            case SlotRecord.Lettered lettered -> counts(slot, lettered.epoch());
            case SlotRecord.Removed(var last) -> {
                if (last instanceof SlotRecord.Head head) {
                    floors.remove(Part.of(head));
                }
            }
        }
    }

    /** An owner that was replaced writes in vain. */
    private boolean counts(int slot, long epoch) {
        var owner = owners.get(slot);
        boolean isStale = owner != null && epoch < owner.epoch();
        if (isStale) {
            stale++;
        }
        return !isStale;
    }

    synchronized Claim owner(int slot) {
        return owners.getOrDefault(slot, new Claim(-1, ""));
    }

    /** Whether each of so many slots has an owner, and each of these pods a slot. */
    synchronized boolean isSpread(int slots, Collection<String> pods) {
        var owning = owners.values().stream().map(Claim::pod).toList();
        return owners.size() == slots && owning.containsAll(pods);
    }

    /** Records that were written by an owner after another one's claim. */
    synchronized int staleRecords() {
        return stale;
    }

    synchronized int claims() {
        return claims;
    }

    /** Records about queues that compaction leaves. */
    synchronized int left() {
        return left.size();
    }

    /** Floors that sank; there must be none. */
    synchronized List<String> sunkenFloors() {
        return List.copyOf(sunken);
    }
}
