package io.millrace.broker.cluster;

import io.millrace.broker.log.SlotRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One slot's log as bytes, and what compaction leaves of it. */
final class SlotJournal {
    private static final long QID = 7;

    private record Entry(long offset, byte[] key, byte @Nullable [] value) {}

    private final List<Entry> entries = new ArrayList<>();
    private long end;

    /** Appends a claim; its offset is the epoch of the new owner. */
    long claim(String pod) {
        append(new SlotRecord.Claim(end, 0, pod));
        return end - 1;
    }

    void append(SlotRecord one) {
        entries.add(new Entry(end++, one.key(), one.value()));
    }

    void append(List<SlotRecord> records) {
        records.forEach(this::append);
    }

    /** Keeps the newest record of each key, as Kafka does. */
    void compact() {
        var newest = new HashMap<ByteBuffer, Long>();
        entries.forEach(entry -> newest.put(ByteBuffer.wrap(entry.key()), entry.offset()));
        entries.removeIf(entry -> !Long.valueOf(entry.offset()).equals(newest.get(ByteBuffer.wrap(entry.key()))));
    }

    /** What a pod that reads it from its beginning knows of the queue. */
    SlotReplica.Recovered replayed() {
        var replica = new SlotReplica();
        entries.forEach(entry -> replica.apply(entry.offset(), SlotRecord.read(entry.key(), entry.value())));
        return replica.snapshot().getOrDefault(QID, SlotReplica.Recovered.NOTHING);
    }
}
