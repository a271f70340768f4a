package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.queue.AckChunk;
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

    @Test
    void anOwnerReadsTheFloorThatEveryLaterOwnerWillFind() {
        replica.apply(10, claim("pod-0"));
        assertThat(replica.floor(10, QID)).isZero();

        replica.apply(11, head(10, 42));

        assertThat(replica.floor(10, QID)).isEqualTo(42);
    }

    @Test
    void anOwnerThatWasReplacedReadsNoFloor() {
        replica.apply(10, claim("pod-0"));
        replica.apply(11, head(10, 42));
        replica.apply(12, claim("pod-1"));

        assertThat(replica.floor(10, QID)).isEqualTo(-1);
        assertThat(replica.floor(12, QID)).isEqualTo(42);
    }

    @Test
    void aFloorThatAZombieWritesIsNobodysFloor() {
        replica.apply(10, claim("pod-0"));
        replica.apply(12, claim("pod-1"));
        replica.apply(13, head(10, 99));

        assertThat(replica.floor(12, QID)).isZero();
        assertThat(replica.snapshot()).doesNotContainKey(QID);
    }

    @Test
    void returnsAreCountedOnByTheNextOwner() {
        replica.apply(10, claim("pod-0"));
        var returns = new SlotRecord.Returns(QID, 0, 10, new ReturnCounts.Chunk(0, Map.of(3, 2)));
        replica.apply(11, returns);
        replica.apply(12, claim("pod-1"));
        replica.apply(13, new SlotRecord.Returns(QID, 0, 10, new ReturnCounts.Chunk(0, Map.of(3, 9))));

        assertThat(Objects.requireNonNull(replica.snapshot().get(QID)).returns().of(3))
                .isEqualTo(2);

        replica.apply(14, new SlotRecord.Removed(returns));
        assertThat(Objects.requireNonNull(replica.snapshot().get(QID)).returns().of(3))
                .isZero();
    }

    @Test
    void aLedgerBeginsWhereTheLogBegins() {
        var chunk = new AckChunk();
        chunk.addRange(60, 70);
        replica.apply(10, claim("pod-0"));
        replica.apply(11, new SlotRecord.Acks(QID, 0, 0, 10, chunk));
        replica.apply(12, head(10, 42));
        var recovered = Objects.requireNonNull(replica.snapshot().get(QID));

        assertThat(recovered.ledger(42).floor()).isEqualTo(42);
        assertThat(recovered.ledger(42).isSettled(65)).isTrue();
        assertThat(recovered.ledger(0).floor()).isEqualTo(42);
        assertThat(recovered.ledger(60).floor()).isEqualTo(70);
        assertThat(recovered.ledger(1_000_000).floor()).isEqualTo(1_000_000);
    }
}
