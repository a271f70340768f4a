package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.queue.AckChunk;
import io.millrace.broker.queue.ReturnCounts;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SlotRecordTest {
    @Property(tries = 300)
    void acksComeBackAsTheyWere(
            @ForAll long qid,
            @ForAll long epoch,
            @ForAll @Size(max = 200) List<@IntRange(max = 65_535) Integer> single,
            @ForAll @IntRange(max = 65_535) int runStart,
            @ForAll @IntRange(max = 65_536) int runLength) {
        var chunk = new AckChunk();
        single.forEach(chunk::add);
        chunk.addRange(runStart, Math.min(65_536, runStart + runLength));

        var written = new SlotRecord.Acks(qid, 3, 77, epoch, chunk);
        var read = (SlotRecord.Acks) SlotRecord.read(written.key(), written.value());

        assertThat(read.qid()).isEqualTo(qid);
        assertThat(read.partition()).isEqualTo(3);
        assertThat(read.chunkNumber()).isEqualTo(77);
        assertThat(read.epoch()).isEqualTo(epoch);
        for (int position = 0; position < 65_536; position++) {
            assertThat(read.chunk().contains(position)).isEqualTo(chunk.contains(position));
        }
    }

    @Example
    void aFullChunkIsTwoBytesOfData() {
        var chunk = new AckChunk();
        chunk.addRange(0, 65_536);

        assertThat(new SlotRecord.Acks(1, 0, 0, 0, chunk).value()).hasSize(10);
    }

    @Example
    void noChunkIsLargerThanItsBitmap() {
        var chunk = new AckChunk();
        for (int position = 0; position < 65_536; position += 2) {
            chunk.add(position);
        }

        assertThat(new SlotRecord.Acks(1, 0, 0, 0, chunk).value()).hasSizeLessThanOrEqualTo(9 + 1 + 8_192);
    }

    @Example
    void returnsComeBackAsTheyWere() {
        var returns = new SlotRecord.Returns(5, 0, 42, new ReturnCounts.Chunk(7, Map.of(0, 1, 65_535, 20, 300, 2)));

        assertThat(SlotRecord.read(returns.key(), returns.value())).isEqualTo(returns);
        assertThat(SlotRecord.read(returns.key(), null)).isInstanceOf(SlotRecord.Removed.class);
    }

    @Example
    void headAndClaimComeBackAsTheyWere() {
        var head = new SlotRecord.Head(5, 0, 42, 1_000, 5_096);
        var claim = new SlotRecord.Claim(1, 2, "orders-broker-0");

        assertThat(SlotRecord.read(head.key(), head.value())).isEqualTo(head);
        assertThat(SlotRecord.read(claim.key(), claim.value())).isEqualTo(claim);
        assertThat(SlotRecord.read(head.key(), null)).isInstanceOf(SlotRecord.Removed.class);
    }

    /** Whoever reads the log goes on behind a record that it cannot read, and refuses the slot. */
    @Property(tries = 50)
    void whatIsCutShortIsRefusedOrAnotherRecordButNothingElse(
            @ForAll @Size(min = 1, max = 50) List<@IntRange(max = 65_535) Integer> settled,
            @ForAll @Size(max = 20)
                    Map<@IntRange(max = 65_535) Integer, @IntRange(min = 1, max = 300) Integer> counts) {
        var chunk = new AckChunk();
        settled.forEach(chunk::add);
        List.of(
                        new SlotRecord.Acks(1, 3, 77, 5, chunk),
                        new SlotRecord.Returns(5, 0, 42, new ReturnCounts.Chunk(7, counts)),
                        new SlotRecord.Head(5, 0, 42, 1_000, 5_096),
                        new SlotRecord.Claim(1, 2, "orders-broker-0"),
                        new SlotRecord.Lettered(9))
                .forEach(SlotRecordTest::cutEverywhere);
    }

    private static void cutEverywhere(SlotRecord written) {
        var value = Objects.requireNonNull(written.value());
        for (int length = 0; length < written.key().length; length++) {
            readOrRefused(Arrays.copyOf(written.key(), length), value);
        }
        for (int length = 0; length < value.length; length++) {
            readOrRefused(written.key(), Arrays.copyOf(value, length));
        }
    }

    private static void readOrRefused(byte[] key, byte[] value) {
        try {
            assertThat(SlotRecord.read(key, value)).isNotNull();
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    @Example
    void anUnknownVersionIsRefused() {
        var head = new SlotRecord.Head(5, 0, 42, 1_000, 5_096);
        var value = Objects.requireNonNull(head.value());
        value[0] = 9;

        assertThatThrownBy(() -> SlotRecord.read(head.key(), value)).isInstanceOf(IllegalArgumentException.class);
    }
}
