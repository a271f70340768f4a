package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.log.Topics;
import io.millrace.broker.queue.AckChunk;
import io.millrace.broker.queue.RecoveredLevel;
import io.millrace.broker.queue.ReturnCounts;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SlotReplicaTest {
    private static final long QID = 7;

    private final SlotReplica replica = new SlotReplica();

    private static SlotRecord.Claim claim(String pod) {
        return new SlotRecord.Claim(1, 2, pod);
    }

    private static SlotRecord.Head head(long epoch, long floor) {
        return new SlotRecord.Head(QID, 0, epoch, floor, floor);
    }

    private RecoveredLevel recovered(long logStart) {
        return Objects.requireNonNull(replica.snapshot().get(QID)).level(0, new Topics.Range(logStart, logStart));
    }

    @Test
    void anOwnerReadsTheFloorThatEveryLaterOwnerWillFind() {
        replica.apply(10, claim("pod-0"));
        assertThat(replica.floor(10, QID, 0)).isZero();

        replica.apply(11, head(10, 42));

        assertThat(replica.floor(10, QID, 0)).isEqualTo(42);
    }

    @Test
    void anOwnerThatWasReplacedReadsNoFloor() {
        replica.apply(10, claim("pod-0"));
        replica.apply(11, head(10, 42));
        replica.apply(12, claim("pod-1"));

        assertThat(replica.floor(10, QID, 0)).isEqualTo(-1);
        assertThat(replica.floor(12, QID, 0)).isEqualTo(42);
    }

    @Test
    void aFloorThatAZombieWritesIsNobodysFloor() {
        replica.apply(10, claim("pod-0"));
        replica.apply(12, claim("pod-1"));
        replica.apply(13, head(10, 99));

        assertThat(replica.floor(12, QID, 0)).isZero();
        assertThat(replica.snapshot()).doesNotContainKey(QID);
    }

    @Test
    void returnsAreCountedOnByTheNextOwner() {
        replica.apply(10, claim("pod-0"));
        var returns = new SlotRecord.Returns(QID, 0, 10, new ReturnCounts.Chunk(0, Map.of(3, 2)));
        replica.apply(11, returns);
        replica.apply(12, claim("pod-1"));
        replica.apply(13, new SlotRecord.Returns(QID, 0, 10, new ReturnCounts.Chunk(0, Map.of(3, 9))));

        assertThat(recovered(0).returns().of(3)).isEqualTo(2);

        replica.apply(14, new SlotRecord.Removed(returns));
        assertThat(recovered(0).returns().of(3)).isZero();
    }

    @Test
    void aLedgerBeginsWhereTheLogBegins() {
        var chunk = new AckChunk();
        chunk.addRange(60, 70);
        replica.apply(10, claim("pod-0"));
        replica.apply(11, new SlotRecord.Acks(QID, 0, 0, 10, chunk));
        replica.apply(12, head(10, 42));

        assertThat(recovered(42).ledger().floor()).isEqualTo(42);
        assertThat(recovered(42).ledger().isSettled(65)).isTrue();
        assertThat(recovered(0).ledger().floor()).isEqualTo(42);
        assertThat(recovered(60).ledger().floor()).isEqualTo(70);
        assertThat(recovered(1_000_000).ledger().floor()).isEqualTo(1_000_000);
    }

    private boolean isHidden() {
        return Objects.requireNonNull(replica.snapshot().get(QID)).hidden();
    }

    @Test
    void theNextOwnerHearsWhatAZombieHidesUntilItIsWrittenAgain() {
        replica.apply(10, claim("pod-0"));
        replica.apply(11, claim("pod-1"));
        replica.apply(12, head(11, 42));
        assertThat(isHidden()).isFalse();

        replica.apply(13, head(10, 7));
        assertThat(isHidden()).isTrue();

        replica.apply(14, head(11, 42));
        assertThat(isHidden()).isFalse();
    }
}
