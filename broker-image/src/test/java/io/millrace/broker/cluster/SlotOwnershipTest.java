package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.queue.AckChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotOwnershipTest {
    private static final SlotRecord.Claim OTHERS = new SlotRecord.Claim(1, 2, "pod-1");

    private final FakeLogs logs = new FakeLogs();
    private final List<String> told = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private final SlotOwnership ownership = new SlotOwnership("pod-0", 1, logs, new Host(), later::add);
    private long offset;

    private final class Host implements SlotOwnership.SlotHost {
        @Override
        public void take(
                int slot, long epoch, boolean fromOther, boolean lettered, Map<Long, SlotReplica.Recovered> queues) {
            told.add("take " + epoch);
        }

        @Override
        public void ownedBy(int slot, String pod, long epoch) {
            told.add("owned by " + pod);
        }

        @Override
        public void handOver(Set<Integer> slots) {
            told.add("hand over");
        }

        @Override
        public void hidden(int slot, long epoch, SlotReplica.Part part, SlotRecord by) {
            told.add("hidden %d of %d by %s"
                    .formatted(epoch, part.qid(), by.getClass().getSimpleName()));
        }

        @Override
        public void drop(int slot) {
            told.add("drop");
        }
    }

    /** What was appended last comes back to every pod. */
    private void readBack() {
        ownership.record(0, offset++, logs.slotRecords.getLast());
    }

    @Test
    void aPodWorksOnASlotWhenItsOwnClaimHasComeBack() {
        ownership.assigned(Set.of(0));
        assertThat(told).isEmpty();

        readBack();

        assertThat(told).containsExactly("take 0");
    }

    @Test
    void aClaimThatComesLateDoesNotLeaveTheSlotWithoutAnOwner() {
        ownership.assigned(Set.of(0));
        readBack();
        ownership.record(0, offset++, OTHERS);
        assertThat(told).containsExactly("take 0", "drop", "owned by pod-1");

        later.forEach(Runnable::run);
        readBack();

        assertThat(told).last().isEqualTo("take 2");
    }

    @Test
    void aPodThatHasLostTheSlotMeanwhileDoesNotClaimItAgain() {
        ownership.assigned(Set.of(0));
        readBack();
        ownership.record(0, offset++, OTHERS);
        ownership.lost(Set.of(0));

        later.forEach(Runnable::run);

        assertThat(logs.slotRecords).hasSize(1);
    }

    @Test
    void aClaimIsConfirmedWhenTheLogWasReadUpToTheQuestion() {
        ownership.assigned(Set.of(0));
        readBack();
        var confirmed = ownership.confirm(0, 0).toCompletableFuture();
        assertThat(confirmed).isNotDone();

        offset = logs.slotRecords.size();
        readBack();

        assertThat(confirmed).isCompletedWithValue(true);
    }

    @Test
    void aClaimIsNotConfirmedWhenANewerOneCameBeforeTheQuestion() {
        ownership.assigned(Set.of(0));
        readBack();
        var confirmed = ownership.confirm(0, 0).toCompletableFuture();

        ownership.record(0, offset++, OTHERS);
        offset = logs.slotRecords.size();
        readBack();

        assertThat(confirmed).isCompletedWithValue(false);
    }

    @Test
    void aSlotOfWhichNotEverythingCanBeReadIsNotClaimed() {
        ownership.unreadable(0, offset++);

        ownership.assigned(Set.of(0));

        assertThat(logs.slotRecords).isEmpty();
    }

    @Test
    void aClaimUnderWayIsNotFollowedByWorkIfTheSlotCannotBeReadMeanwhile() {
        ownership.assigned(Set.of(0));
        ownership.unreadable(0, offset++);

        readBack();

        assertThat(told).isEmpty();
    }

    @Test
    void anOwnerThatCannotReadItsSlotAnyMoreDropsIt() {
        ownership.assigned(Set.of(0));
        readBack();

        ownership.unreadable(0, offset++);
        ownership.record(0, offset++, OTHERS);
        later.forEach(Runnable::run);

        assertThat(told).containsExactly("take 0", "drop", "drop", "owned by pod-1");
        assertThat(logs.slotRecords).hasSize(1);
    }

    @Test
    void whatCannotBeReadOfAnothersSlotDoesNotDisturbItsClients() {
        ownership.record(0, offset++, OTHERS);
        told.clear();

        ownership.unreadable(0, offset++);

        assertThat(told).isEmpty();
        assertThat(ownership.ownerOf(0)).isEqualTo("pod-1");
    }

    private static SlotRecord.Head head(long epoch) {
        return new SlotRecord.Head(7, 0, epoch, 42, 42);
    }

    /** This pod owns the slot after another, and has written of a queue. */
    private long ownAfterAnother() {
        ownership.record(0, offset++, OTHERS);
        ownership.assigned(Set.of(0));
        readBack();
        long epoch = offset - 1;
        ownership.record(0, offset++, head(epoch));
        told.clear();
        return epoch;
    }

    @Test
    void anOwnerHearsThatAZombieHidesWhatItHasWritten() {
        long epoch = ownAfterAnother();

        ownership.record(0, offset++, head(0));

        assertThat(told).containsExactly("hidden %d of 7 by Head".formatted(epoch));
    }

    @Test
    void anOwnerHearsOfRemovalsOfWhatItHasWritten() {
        long epoch = ownAfterAnother();
        var chunk = new AckChunk();
        chunk.addRange(1, 3);
        var acks = new SlotRecord.Acks(7, 0, 0, epoch, chunk);
        ownership.record(0, offset++, acks);

        ownership.record(0, offset++, new SlotRecord.Removed(acks));
        ownership.record(0, offset++, new SlotRecord.Removed(acks));

        assertThat(told).containsExactly("hidden %d of 7 by Removed".formatted(epoch));
    }

    @Test
    void whatAnOwnerWritesItselfHidesNothing() {
        long epoch = ownAfterAnother();

        ownership.record(0, offset++, head(epoch));
        ownership.record(0, offset++, new SlotRecord.Acks(7, 0, 3, 0, new AckChunk()));

        assertThat(told).isEmpty();
    }

    @Test
    void whatIsHiddenOfAnothersSlotIsTheOthersToWriteAgain() {
        ownership.record(0, offset++, OTHERS);
        ownership.record(0, offset++, OTHERS);
        ownership.record(0, offset++, head(1));
        told.clear();

        ownership.record(0, offset++, head(0));

        assertThat(told).isEmpty();
    }
}
