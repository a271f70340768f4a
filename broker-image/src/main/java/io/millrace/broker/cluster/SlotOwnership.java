package io.millrace.broker.cluster;

import io.millrace.broker.log.SlotAssignment;
import io.millrace.broker.log.SlotLog;
import io.millrace.broker.log.SlotRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which slots this pod works on. The group's assignment is advice only: the pod appends a claim and works once it has read its own claim back, whose
 * offset is its epoch; a newer claim of anybody else ends its ownership. Also the hot standby: every pod follows every slot.
 */
public final class SlotOwnership implements SlotAssignment, SlotLog.Replay {
    private static final Logger LOG = LoggerFactory.getLogger(SlotOwnership.class);

    private final String pod;
    private final SlotLog log;
    private final SlotHost host;
    private final Executor later;
    private final SlotReplica[] replicas;
    private final CompletableFuture<Void> allOwned = new CompletableFuture<>();
    private final Set<Integer> ownerless = new HashSet<>();
    private final Map<Integer, SlotRecord.Claim> wanted = new HashMap<>();
    private final ReadBack readBack = new ReadBack();
    /** Slots of which this release cannot read everything: an owner that knew less than the one before would deliver again what was settled. Guards itself. */
    private final Set<Integer> refused = new HashSet<>();

    /** Where owned slots are served. All calls come in order; those of one slot alternate. */
    public interface SlotHost {
        /**
         * The slot is this pod's.
         *
         * @param fromOther whether another pod owned it before
         * @param lettered whether its queues dead-letter in transactions, or did
         * @param queues the state its last owner left, by queue id
         */
        void take(int slot, long epoch, boolean fromOther, boolean lettered, Map<Long, SlotReplica.Recovered> queues);

        /** Another pod works on the slot, by the claim of this epoch. */
        void ownedBy(int slot, String pod, long epoch);

        /** The slots are to be handed over: stop delivering, flush; returns when flushed. */
        void handOver(Set<Integer> slots);

        /** What the owner of this epoch, here, has written of a level under the key of this record, which is not its own, is hidden by it from who reads the log later. */
        void hidden(int slot, long epoch, SlotReplica.Part part, SlotRecord by);

        /** The slot is somebody else's: drop it, write nothing. */
        void drop(int slot);
    }

    /** @param later runs things after a pause in which a pod learns that it has lost its slots, if it has */
    public SlotOwnership(String pod, int slotCount, SlotLog log, SlotHost host, Executor later) {
        this.later = later;
        this.pod = pod;
        this.log = log;
        this.host = host;
        replicas = new SlotReplica[slotCount];
        for (int i = 0; i < slotCount; i++) {
            replicas[i] = new SlotReplica();
            ownerless.add(i);
        }
    }

    @Override
    public void assigned(Set<Integer> slots) {
        for (int slot : slots) {
            if (isRefused(slot)) {
                LOG.warn("slot {} is assigned here, and not claimed: this pod is too old to own it", slot);
                continue;
            }
            var nonce = UUID.randomUUID();
            var claim = new SlotRecord.Claim(nonce.getMostSignificantBits(), nonce.getLeastSignificantBits(), pod);
            synchronized (wanted) {
                wanted.put(slot, claim);
            }
            append(slot, claim);
        }
    }

    private void append(int slot, SlotRecord.Claim claim) {
        log.append(slot, List.of(claim)).whenComplete((offset, failure) -> {
            if (failure != null && isWanted(slot, claim)) {
                LOG.warn("slot {}: the claim is tried again: {}", slot, failure.toString());
                append(slot, claim);
            }
        });
    }

    /**
     * A claim may come late into the log, after that of the pod which was assigned the slot meanwhile: nobody would work on the slot. So a pod that still has it
     * assigned after a while claims it again.
     */
    private void claimAgain(int slot) {
        SlotRecord.Claim mine;
        synchronized (wanted) {
            mine = wanted.get(slot);
        }
        if (mine != null) {
            later.execute(() -> {
                if (isWanted(slot, mine)) {
                    LOG.info("slot {}: {} has claimed it, but it is assigned here: claimed again", slot, ownerOf(slot));
                    assigned(Set.of(slot));
                }
            });
        }
    }

    private boolean isRefused(int slot) {
        synchronized (refused) {
            return refused.contains(slot);
        }
    }

    /** This pod does not own the slot, from now on until it runs a release that can: any thread. */
    void refuse(int slot) {
        synchronized (refused) {
            if (refused.add(slot)) {
                LOG.error(
                        "slot {} is not owned by this pod any more: it is too old for what a newer release wrote",
                        slot);
                unwant(slot);
                if (ownerOf(slot).equals(pod)) {
                    host.drop(slot);
                }
            }
        }
    }

    private boolean isWanted(int slot, SlotRecord.Claim claim) {
        synchronized (wanted) {
            return claim.equals(wanted.get(slot));
        }
    }

    @Override
    public void revoked(Set<Integer> slots) {
        slots.forEach(this::unwant);
        host.handOver(slots);
    }

    @Override
    public void lost(Set<Integer> slots) {
        for (int slot : slots) {
            unwant(slot);
            host.drop(slot);
        }
    }

    private void unwant(int slot) {
        synchronized (wanted) {
            wanted.remove(slot);
        }
    }

    /** The newest claim's pod of each slot, for routing to owners. Replay thread only writes; any thread reads. */
    public String ownerOf(int slot) {
        return owner(slot).pod();
    }

    /** As {@link #ownerOf}, with the epoch of the claim. */
    SlotOwner owner(int slot) {
        synchronized (replicas[slot]) {
            var owner = replicas[slot].owner();
            return owner == null
                    ? SlotOwner.NOBODY
                    : new SlotOwner(owner.claim().pod(), owner.epoch());
        }
    }

    /** The other pods that own slots. */
    Set<String> otherOwners() {
        var owners = new HashSet<String>();
        for (int slot = 0; slot < replicas.length; slot++) {
            owners.add(ownerOf(slot));
        }
        owners.removeAll(Set.of("", pod));
        return owners;
    }

    /** The epochs of a pod's claims, by slot. */
    Map<Integer, Long> epochsOf(String owningPod) {
        var epochs = new HashMap<Integer, Long>();
        for (int slot = 0; slot < replicas.length; slot++) {
            synchronized (replicas[slot]) {
                var owner = replicas[slot].owner();
                if (owner != null && owner.claim().pod().equals(owningPod)) {
                    epochs.put(slot, owner.epoch());
                }
            }
        }
        return epochs;
    }

    /**
     * The floor of a queue's level as the slot log holds it; -1 if there is a newer owner than that of {@code epoch}. An owner that reads its own floor back knows
     * that every later owner will find it. Any thread.
     */
    long writtenFloor(int slot, long epoch, long qid, int level) {
        synchronized (replicas[slot]) {
            return replicas[slot].floor(epoch, qid, level);
        }
    }

    /**
     * Ends, on any thread, with whether the claim of this epoch is still the newest, when the slot log was read to where it is now. From then on every new owner
     * knows that the slot's queues dead-letter in transactions.
     */
    CompletionStage<Boolean> confirm(int slot, long epoch) {
        return log.append(slot, List.of(new SlotRecord.Lettered(epoch)))
                .thenCompose(offset -> readBack.upTo(slot, offset))
                .thenApply(_ -> owner(slot).epoch() == epoch);
    }

    /** Ends when this pod or another has claimed each slot since this pod started. */
    CompletionStage<Void> allOwned() {
        return allOwned;
    }

    private void owned(int slot) {
        ownerless.remove(slot);
        if (ownerless.isEmpty()) {
            allOwned.complete(null);
        }
    }

    @Override
    public void record(int slot, long offset, SlotRecord slotRecord) {
        var replica = replicas[slot];
        var before = ownerOf(slot);
        boolean hides;
        synchronized (replica) {
            hides = replica.apply(offset, slotRecord);
        }
        if (hides) {
            hidden(slot, slotRecord);
        }
        if (slotRecord instanceof SlotRecord.Claim claim) {
            if (isWanted(slot, claim)) {
                take(slot, offset, !before.isEmpty() && !before.equals(pod));
            } else if (!claim.pod().equals(pod)) {
                host.drop(slot);
                host.ownedBy(slot, claim.pod(), offset);
                owned(slot);
                claimAgain(slot);
            }
        }
        readBack.read(slot, offset);
    }

    private void hidden(int slot, SlotRecord by) {
        var owner = replicas[slot].owner();
        if (owner != null && isWanted(slot, owner.claim())) {
            SlotReplica.Part.of(by).ifPresent(part -> host.hidden(slot, owner.epoch(), part, by));
        }
    }

    private void take(int slot, long epoch, boolean fromOther) {
        synchronized (refused) {
            if (!refused.contains(slot)) {
                host.take(slot, epoch, fromOther, replicas[slot].isLettered(), replicas[slot].snapshot());
                owned(slot);
            }
        }
    }

    @Override
    public void unreadable(int slot, long offset) {
        refuse(slot);
        readBack.read(slot, offset);
    }
}
