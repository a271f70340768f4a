package io.millrace.broker.cluster;

import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.queue.AckChunk;
import io.millrace.broker.queue.ReturnCounts;
import io.millrace.broker.queue.SettlementLedger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the slot log says of one slot: the newest claim, and the state of its queues as far as no newer owner has spoken. Fed in log order; records whose
 * epoch is older than the newest claim before them come from a zombie and are ignored.
 */
final class SlotReplica {
    /** The newest claim: its offset is the epoch of its owner. */
    record Owner(long epoch, SlotRecord.Claim claim) {}

    private record Part(long qid, int partition) {}

    private static final class State {
        long floor;
        long deliveredBound;
        final TreeMap<Long, AckChunk> chunks = new TreeMap<>();
        final TreeMap<Long, ReturnCounts.Chunk> returns = new TreeMap<>();
    }

    private final Map<Part, State> states = new HashMap<>();
    private @Nullable Owner owner;

    @Nullable
    Owner owner() {
        return owner;
    }

    void apply(long offset, SlotRecord slotRecord) {
        switch (slotRecord) {
            case SlotRecord.Claim claim -> owner = new Owner(offset, claim);
            case SlotRecord.Head head -> {
                if (isCurrent(head.epoch())) {
                    var state = state(head.qid(), head.partition());
                    state.floor = head.floor();
                    state.deliveredBound = head.deliveredBound();
                }
            }
            case SlotRecord.Acks acks -> {
                if (isCurrent(acks.epoch())) {
                    state(acks.qid(), acks.partition()).chunks.put(acks.chunkNumber(), acks.chunk());
                }
            }
            case SlotRecord.Returns returns -> {
                if (isCurrent(returns.epoch())) {
                    state(returns.qid(), returns.partition())
                            .returns
                            .put(returns.chunk().number(), returns.chunk());
                }
            }
            case SlotRecord.Removed(var last) -> remove(last);
        }
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

    /** The floor of a queue (partition 0), 0 while none was written; -1 if the newest claim is not that of {@code epoch}. */
    long floor(long epoch, long qid) {
        if (owner == null || owner.epoch() != epoch) {
            return -1;
        }
        var state = states.get(new Part(qid, 0));
        return state == null ? 0 : state.floor;
    }

    /** Copies of the states of all queues, for a new owner. */
    Map<Long, Recovered> snapshot() {
        var snapshot = new HashMap<Long, Recovered>();
        states.forEach((part, state) -> {
            var chunks = new TreeMap<Long, AckChunk>();
            state.chunks.forEach((number, chunk) -> chunks.put(number, chunk.copy()));
            snapshot.put(
                    part.qid(),
                    new Recovered(state.floor, state.deliveredBound, chunks, List.copyOf(state.returns.values())));
        });
        return snapshot;
    }

    /** A queue as its last owner left it. */
    record Recovered(
            long floor, long deliveredBound, Map<Long, AckChunk> chunks, List<ReturnCounts.Chunk> returnChunks) {
        static final Recovered NOTHING = new Recovered(0, 0, Map.of(), List.of());

        /** How often its messages came back. */
        ReturnCounts returns() {
            var counts = new ReturnCounts();
            returnChunks.forEach(counts::restore);
            return counts;
        }

        /** The ledger of a log that begins at {@code logStart}. */
        SettlementLedger ledger(long logStart) {
            var ledger = new SettlementLedger(Math.max(floor, logStart));
            chunks.forEach(ledger::restore);
            return ledger;
        }
    }
}
