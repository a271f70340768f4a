package io.millrace.broker.cluster;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.Logs;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.log.SlotAssignment;
import io.millrace.broker.log.SlotLog;
import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.log.Topics;
import io.millrace.broker.log.TopologyLog;
import io.millrace.broker.model.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The log in memory, as far as slots and their queues use it. */
final class FakeLogs implements Logs, Topics, MessageLog, SlotLog {
    /** Every record appended to a slot, in order. */
    final List<SlotRecord> slotRecords = new ArrayList<>();

    /** Appends to a slot fail while this is set. */
    boolean slotLogFails;

    /** The offsets of every request to delete records. */
    final List<Map<LogPart, Long>> deletions = new ArrayList<>();

    /** Deletions do nothing while this is set. */
    boolean deletionsFail;

    /** Appends of messages, while they are held back. */
    @Nullable
    List<Runnable> heldAppends;

    private final Map<LogPart, Long> ends = new HashMap<>();

    @Override
    public CompletionStage<Long> append(int slot, List<SlotRecord> records) {
        if (slotLogFails) {
            return CompletableFuture.failedStage(new IllegalStateException("too few replicas"));
        }
        slotRecords.addAll(records);
        return CompletableFuture.completedStage((long) slotRecords.size());
    }

    @Override
    public void append(int lane, String topic, int partition, Message message, AppendListener listener) {
        Runnable arrival = () -> listener.appended(ends.merge(new LogPart(topic, partition), 1L, Long::sum) - 1, null);
        if (heldAppends == null) {
            arrival.run();
        } else {
            heldAppends.add(arrival);
        }
    }

    @Override
    public CompletionStage<Map<LogPart, Range>> ranges(Collection<LogPart> parts) {
        var ranges = new HashMap<LogPart, Range>();
        parts.forEach(part -> ranges.put(part, new Range(0, ends.getOrDefault(part, 0L))));
        return CompletableFuture.completedStage(ranges);
    }

    @Override
    public CompletionStage<Set<LogPart>> deleteRecords(Map<LogPart, Long> offsets) {
        deletions.add(offsets);
        return CompletableFuture.completedStage(deletionsFail ? Set.of() : offsets.keySet());
    }

    @Override
    public int slotCount() {
        return 1;
    }

    @Override
    public Topics topics() {
        return this;
    }

    @Override
    public MessageLog messages() {
        return this;
    }

    @Override
    public SlotLog slots() {
        return this;
    }

    @Override
    public boolean isCongested() {
        return false;
    }

    @Override
    public Reading read(String topic, int partition, long offset, ReadListener listener) {
        return new Reading() {
            @Override
            public void pause() {}

            @Override
            public void resume() {}

            @Override
            public void stop() {}
        };
    }

    @Override
    public CompletionStage<Void> createQueueTopic(String topic, int partitions) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> delete(String topic) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Boolean> exists(String topic) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Map<LogPart, Long>> ends(Collection<LogPart> parts) {
        return CompletableFuture.completedStage(Map.copyOf(ends));
    }

    @Override
    public CompletionStage<Void> prepare(String topic) {
        throw new UnsupportedOperationException();
    }

    @Override
    public TopologyLog topology() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> replaySlots(SlotLog.Replay replay) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> replayTopology(TopologyLog.Replay replay) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void joinOwners(SlotAssignment assignment) {}

    @Override
    public void leaveOwners() {}

    @Override
    public CompletionStage<OptionalLong> leastFreeBytes() {
        return CompletableFuture.completedStage(OptionalLong.empty());
    }

    @Override
    public void close() {}
}
