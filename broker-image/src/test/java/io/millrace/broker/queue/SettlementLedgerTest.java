package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class SettlementLedgerTest {
    @Property(tries = 300)
    void knowsExactlyWhatWasSettled(
            @ForAll @LongRange(max = 300) long floor,
            @ForAll @Size(max = 400) List<@LongRange(max = 200_000) Long> offsets) {
        var ledger = new SettlementLedger(floor);
        var model = new HashSet<Long>();
        for (long offset : offsets) {
            boolean fresh = offset >= floor && model.add(offset);

            assertThat(ledger.settle(offset)).isEqualTo(fresh);
        }
        long expectedFloor = floor;
        while (model.contains(expectedFloor)) {
            expectedFloor++;
        }
        long lowest = expectedFloor;

        assertThat(ledger.floor()).isEqualTo(expectedFloor);
        assertThat(ledger.settledAboveFloor())
                .isEqualTo(model.stream().filter(offset -> offset > lowest).count());
        assertThat(offsets).allMatch(ledger::isSettled);
        assertThat(ledger.isSettled(expectedFloor)).isFalse();
    }

    @Property(tries = 200)
    void aRangeSettlesWhatItsOffsetsWouldOneByOne(
            @ForAll @LongRange(max = 140_000) long from, @ForAll @LongRange(max = 140_000) long length) {
        var byRange = new SettlementLedger(10);
        var oneByOne = new SettlementLedger(10);

        byRange.settleRange(from, from + length);
        for (long offset = Math.max(10, from); offset < from + length; offset++) {
            oneByOne.settle(offset);
        }

        assertThat(byRange.floor()).isEqualTo(oneByOne.floor());
        assertThat(byRange.settledBetween(byRange.floor(), 300_000))
                .isEqualTo(oneByOne.settledBetween(oneByOne.floor(), 300_000));
    }

    @Property(tries = 200)
    void runsAboveTheFloorAreWhatIsSettledThere(
            @ForAll @Size(max = 300) List<@LongRange(min = 1, max = 150_000) Long> offsets) {
        var ledger = new SettlementLedger(0);
        offsets.forEach(ledger::settle);

        var settled = new HashSet<Long>();
        for (var run : ledger.runsAboveFloor(1_000)) {
            for (long offset = run.from(); offset < run.to(); offset++) {
                assertThat(settled.add(offset)).isTrue();
            }
        }

        assertThat(settled).isEqualTo(new HashSet<>(offsets));
        assertThat(ledger.runsAboveFloor(3)).hasSizeLessThanOrEqualTo(3);
    }

    @Property(tries = 200)
    void aNewOwnerThatReadsTheChangesKnowsTheSame(
            @ForAll @Size(max = 300) List<@LongRange(max = 150_000) Long> offsets,
            @ForAll @LongRange(min = 1, max = 50) long flushEvery) {
        var ledger = new SettlementLedger(0);
        var slotLog = new TreeMap<Long, AckChunk>();
        long writtenFloor = 0;
        for (int i = 0; i < offsets.size(); i++) {
            ledger.settle(offsets.get(i));
            if (i % flushEvery == 0 || i == offsets.size() - 1) {
                var changes = ledger.takeChanges();
                changes.changed().forEach(changed -> slotLog.put(changed.number(), changed.chunk()));
                changes.obsolete().forEach(slotLog::remove);
                writtenFloor = ledger.floor();
            }
        }

        var recovered = new SettlementLedger(writtenFloor);
        slotLog.forEach(recovered::restore);

        assertThat(recovered.floor()).isEqualTo(ledger.floor());
        assertThat(recovered.settledAboveFloor()).isEqualTo(ledger.settledAboveFloor());
        assertThat(offsets).allMatch(recovered::isSettled);
    }

    @Example
    void changesThatCouldNotBeWrittenComeAgainAsTheyAreThen() {
        var ledger = new SettlementLedger(0);
        ledger.settle(5);
        ledger.settle(SettlementLedger.CHUNK_OFFSETS + 5);
        ledger.takeChanges();
        ledger.settle(SettlementLedger.CHUNK_OFFSETS + 7);
        ledger.raiseFloor(SettlementLedger.CHUNK_OFFSETS);
        var lost = ledger.takeChanges();
        assertThat(lost.obsolete()).containsExactly(0L);
        assertThat(ledger.hasChanges(SettlementLedger.CHUNK_OFFSETS)).isFalse();

        ledger.putBack(lost);
        ledger.settle(SettlementLedger.CHUNK_OFFSETS + 9);

        var again = ledger.takeChanges();
        assertThat(again.obsolete()).containsExactly(0L);
        assertThat(again.changed())
                .singleElement()
                .satisfies(changed -> assertThat(changed.chunk().size()).isEqualTo(3));
    }

    @Example
    void whatLiesBelowTheFloorCountsAsSettledThoughItsChunkIsGone() {
        long end = SettlementLedger.CHUNK_OFFSETS;
        var ledger = new SettlementLedger(0);
        ledger.settleRange(1, end);
        assertThat(ledger.settledBetween(0, end + 3)).isEqualTo(end - 1);

        ledger.settle(0);

        assertThat(ledger.floor()).isEqualTo(end);
        assertThat(ledger.settledBetween(3, end)).isEqualTo(end - 3);
        assertThat(ledger.settledBetween(3, end + 3)).isEqualTo(end - 3);
        assertThat(ledger.settledBetween(end, end + 3)).isZero();
    }
}
