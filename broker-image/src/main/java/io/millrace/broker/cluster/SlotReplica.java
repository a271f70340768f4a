package io.millrace.broker.cluster;

import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.log.Topics;
import io.millrace.broker.queue.AckChunk;
import io.millrace.broker.queue.Place;
import io.millrace.broker.queue.RecoveredLevel;
import io.millrace.broker.queue.ReturnCounts;
import io.millrace.broker.queue.SettlementLedger;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the slot log says of one slot: the newest claim, and the state of its queues as far as no newer owner has spoken. Fed in log order; records whose
 * epoch is older than the newest claim before them come from a zombie and are ignored.
 */
final class SlotReplica {
    /** The newest claim: its offset is the epoch of its owner. */
    record Owner(long epoch, SlotRecord.Claim claim) {}

    /** A level of a queue. */
    record Part(long qid, int partition) {
        /** The one that a record speaks of, if it speaks of any. */
        static Optional<Part> of(SlotRecord slotRecord) {
            return switch (slotRecord) {
                case SlotRecord.Head head -> Optional.of(new Part(head.qid(), head.partition()));
                case SlotRecord.Acks acks -> Optional.of(new Part(acks.qid(), acks.partition()));
                case SlotRecord.Returns returns -> Optional.of(new Part(returns.qid(), returns.partition()));
                case SlotRecord.Removed(var last) -> of(last);
                case SlotRecord.Claim _, SlotRecord.Lettered _ -> Optional.empty();
            };
        }
    }

    private static final State NOTHING = new State();

    private static final class State {
        long floor;
        long deliveredBound;
        final TreeMap<Long, AckChunk> chunks = new TreeMap<>();
        final TreeMap<Long, ReturnCounts.Chunk> returns = new TreeMap<>();

        /** Keys under which there is something here that compaction will take away: the newest record is a zombie's. */
        final Set<ByteBuffer> hidden = new HashSet<>();

        /** Whether something is known that lies under the key of a record. */
        boolean knows(SlotRecord slotRecord) {
            return switch (slotRecord) {
                case SlotRecord.Head _ -> true;
                case SlotRecord.Acks acks -> chunks.containsKey(acks.chunkNumber());
                case SlotRecord.Returns returned ->
                    returns.containsKey(returned.chunk().number());
                case SlotRecord.Removed(var last) -> knows(last);
                case SlotRecord.Claim _, SlotRecord.Lettered _ -> false;
            };
        }

        Recovered.Saved copy() {
            var copies = new TreeMap<Long, AckChunk>();
            chunks.forEach((number, chunk) -> copies.put(number, chunk.copy()));
            return new Recovered.Saved(floor, deliveredBound, copies, List.copyOf(returns.values()));
        }
    }

    private final Map<Part, State> states = new HashMap<>();
    private @Nullable Owner owner;
    private boolean lettered;

    @Nullable
    Owner owner() {
        return owner;
    }

    /** The next record; true if something was known under its key that is not to be found there any more: the owner writes it again, unless it is gone. */
    boolean apply(long offset, SlotRecord slotRecord) {
        var part = Part.of(slotRecord);
        var known = part.map(states::get).filter(state -> state.knows(slotRecord));
        if (isStale(slotRecord)) {
            known.ifPresent(state -> state.hidden.add(ByteBuffer.wrap(slotRecord.key())));
            return known.isPresent();
        }
        known.filter(state -> !state.hidden.isEmpty())
                .ifPresent(state -> state.hidden.remove(ByteBuffer.wrap(slotRecord.key())));
        switch (slotRecord) {
            case SlotRecord.Claim claim -> owner = new Owner(offset, claim);
            case SlotRecord.Head head -> {
                var state = state(head.qid(), head.partition());
                state.floor = head.floor();
                state.deliveredBound = head.deliveredBound();
            }
            case SlotRecord.Acks acks ->
                state(acks.qid(), acks.partition()).chunks.put(acks.chunkNumber(), acks.chunk());
            case SlotRecord.Returns returns ->
                state(returns.qid(), returns.partition())
                        .returns
                        .put(returns.chunk().number(), returns.chunk());
            case SlotRecord.Lettered marked -> lettered = true;
            case SlotRecord.Removed(var last) -> {
                remove(last);
                return known.isPresent();
            }
        }
        return false;
    }

    /** Whether it comes from a zombie. A removal does not say who wrote it. */
    private boolean isStale(SlotRecord slotRecord) {
        return switch (slotRecord) {
            case SlotRecord.Head head -> !isCurrent(head.epoch());
            case SlotRecord.Acks acks -> !isCurrent(acks.epoch());
            case SlotRecord.Returns returns -> !isCurrent(returns.epoch());
            case SlotRecord.Claim _, SlotRecord.Lettered _, SlotRecord.Removed _ -> false;
        };
    }

    private void remove(SlotRecord last) {
        switch (last) {
            case SlotRecord.Head head -> states.remove(new Part(head.qid(), head.partition()));
            case SlotRecord.Acks acks -> {
                var state = states.get(new Part(acks.qid(), acks.partition()));
                if (state != null) {
                    state.chunks.remove(acks.chunkNumber());
                }
            }
            case SlotRecord.Returns returns -> {
                var state = states.get(new Part(returns.qid(), returns.partition()));
                if (state != null) {
                    state.returns.remove(returns.chunk().number());
                }
            }
            case SlotRecord.Lettered marked -> lettered = false;
            case SlotRecord.Claim claim -> {
                // an old claim was tidied away; the newest one is never
            }
            case SlotRecord.Removed removed -> {
                // a removal of a removal is never written
            }
        }
    }

    private boolean isCurrent(long epoch) {
        return owner == null || epoch >= owner.epoch();
    }

    private State state(long qid, int partition) {
        return states.computeIfAbsent(new Part(qid, partition), part -> new State());
    }

    /** The floor of a queue's partition, 0 while none was written; -1 if the newest claim is not that of {@code epoch}. */
    long floor(long epoch, long qid, int partition) {
        if (owner == null || owner.epoch() != epoch) {
            return -1;
        }
        return states.getOrDefault(new Part(qid, partition), NOTHING).floor;
    }

    /** Whether queues of the slot dead-letter in transactions, or did. */
    boolean isLettered() {
        return lettered;
    }

    /** Copies of the states of all queues, for a new owner. */
    Map<Long, Recovered> snapshot() {
        var snapshot = new HashMap<Long, Recovered>();
        states.forEach((part, state) -> {
            var ofQueue = snapshot.computeIfAbsent(part.qid(), _ -> new Recovered(new HashMap<>(), List.of(), false));
            ofQueue.parts().put(part.partition(), state.copy());
            if (!state.hidden.isEmpty()) {
                snapshot.put(part.qid(), ofQueue.withHidden());
            }
        });
        return snapshot;
    }

    /**
     * A queue as its last owner left it.
     *
     * @param parts by partition
     * @param letters places that were dead-lettered, whether the parts know it or not
     * @param hidden whether some of it will not be found in the log any more: it is written again
     */
    record Recovered(Map<Integer, Saved> parts, List<Long> letters, boolean hidden) {
        static final Recovered NOTHING = new Recovered(Map.of(), List.of(), false);

        Recovered withLetters(List<Long> places) {
            return new Recovered(parts, places, hidden);
        }

        Recovered withHidden() {
            return new Recovered(parts, letters, true);
        }

        /** One partition of it. */
        record Saved(long floor, long deliveredBound, Map<Long, AckChunk> chunks, List<ReturnCounts.Chunk> returns) {
            static final Saved NOTHING = new Saved(0, 0, Map.of(), List.of());
        }

        /** A level whose log has this range. */
        RecoveredLevel level(int number, Topics.Range range) {
            var saved = parts.getOrDefault(number, Saved.NOTHING);
            var ledger = new SettlementLedger(Math.max(saved.floor(), range.start()));
            saved.chunks().forEach(ledger::restore);
            letters.stream()
                    .filter(place -> Place.level(place) == number)
                    .forEach(place -> ledger.settle(Place.offset(place)));
            var counts = new ReturnCounts();
            saved.returns().forEach(counts::restore);
            return new RecoveredLevel(ledger, counts, saved.deliveredBound(), range.end());
        }
    }
}
