package io.millrace.broker.cluster;

import io.millrace.broker.log.DiskRoom;
import io.millrace.broker.log.LagLog;
import io.millrace.broker.log.LagMark;
import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.LogRecord;
import io.millrace.broker.log.LogTarget;
import io.millrace.broker.log.Logs;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.log.SlotAssignment;
import io.millrace.broker.log.SlotLog;
import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.log.Topics;
import io.millrace.broker.log.TopologyLog;
import io.millrace.broker.log.Transactions;
import io.millrace.broker.model.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The log in memory, as far as slots and their queues use it. */
final class FakeLogs implements Logs, Topics, MessageLog, SlotLog, LagLog {
    /** Every record appended to a slot, in order. */
    final List<SlotRecord> slotRecords = new ArrayList<>();

    /** Appends to a slot fail while this is set. */
    boolean slotLogFails;

    /** The offsets of every request to delete records. */
    final List<Map<LogPart, Long>> deletions = new ArrayList<>();

    /** Every request to flush topics, or not to. */
    final List<Map<String, Boolean>> flushes = new ArrayList<>();

    /** Requests to flush do nothing while this is set. */
    boolean flushesFail;

    /** What was shown of queues: their topics and the marks of partition 0. */
    final List<String> shownLag = new ArrayList<>();

    LagLog.Outcome lagOutcome = Outcome.SHOWN;

    /** Deletions do nothing while this is set. */
    boolean deletionsFail;

    /** Appends of messages, while they are held back. */
    @Nullable
    List<Runnable> heldAppends;

    /** Who follows a topic, in the order in which they began. */
    final List<Following> followings = new ArrayList<>();

    /** Who reads a queue, in the order in which they began. */
    final List<Following> readings = new ArrayList<>();

    /** A reading that a test feeds. */
    static final class Following implements Reading {
        final long from;
        private final ReadListener listener;
        boolean paused;
        boolean stopped;

        private Following(long from, ReadListener listener) {
            this.from = from;
            this.listener = listener;
        }

        void feed(long first, long end) {
            var records = LongStream.range(first, end)
                    .mapToObj(offset -> new LogRecord(offset, 0, null, new byte[1], List.of()))
                    .toList();
            listener.read(records, end);
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }

        @Override
        public void stop() {
            stopped = true;
        }
    }

    final FakeTransactions transactions = new FakeTransactions();

    /** The topics that were created and not deleted. */
    final Set<String> topicNames = new LinkedHashSet<>();

    /** Topics cannot be deleted while this is set. */
    boolean topicDeletionsFail;

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
    public void append(int lane, LogTarget target, Message message, AppendListener listener) {
        Runnable arrival = () ->
                listener.appended(ends.merge(new LogPart(target.topic(), target.partition()), 1L, Long::sum) - 1, null);
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

    /** As if the log had a record each millisecond from the beginning of time on. */
    @Override
    public CompletionStage<Map<LogPart, Long>> offsetsAt(Map<LogPart, Long> timesMs) {
        var offsets = new HashMap<LogPart, Long>();
        timesMs.forEach((part, time) -> offsets.put(part, Math.min(time, ends.getOrDefault(part, 0L))));
        return CompletableFuture.completedStage(offsets);
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
    public LagLog lag() {
        return this;
    }

    @Override
    public CompletionStage<Outcome> show(String topic, Map<Integer, LagMark> marks) {
        shownLag.add(topic + " " + marks.get(0));
        return CompletableFuture.completedStage(lagOutcome);
    }

    @Override
    public Transactions transactions() {
        return transactions;
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
        var reading = new Following(offset, listener);
        readings.add(reading);
        return reading;
    }

    @Override
    public CompletionStage<Void> createQueueTopic(String topic, int slot, int partitions, boolean flushed) {
        topicNames.add(topic);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Reading follow(String topic, int partition, long offset, ReadListener listener) {
        var following = new Following(offset, listener);
        followings.add(following);
        return following;
    }

    @Override
    public CompletionStage<Void> createStreamTopic(String topic, Retention retention, boolean flushed) {
        throw unasked();
    }

    @Override
    public CompletionStage<Void> close(String topic) {
        throw unasked();
    }

    @Override
    public CompletionStage<Set<String>> flush(Map<String, Boolean> topics) {
        flushes.add(topics);
        return CompletableFuture.completedFuture(flushesFail ? Set.of() : topics.keySet());
    }

    @Override
    public CompletionStage<Void> delete(String topic) {
        if (topicDeletionsFail) {
            return CompletableFuture.failedStage(new IllegalStateException("no controller"));
        }
        topicNames.remove(topic);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Boolean> exists(String topic) {
        throw unasked();
    }

    @Override
    public CompletionStage<Map<LogPart, Long>> ends(Collection<LogPart> parts) {
        return CompletableFuture.completedStage(Map.copyOf(ends));
    }

    @Override
    public CompletionStage<Void> keepReady(Set<String> topics) {
        throw unasked();
    }

    @Override
    public CompletionStage<Void> prepare(String topic) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public TopologyLog topology() {
        throw unasked();
    }

    @Override
    public CompletionStage<Void> replaySlots(SlotLog.Replay replay) {
        throw unasked();
    }

    @Override
    public CompletionStage<Void> replayTopology(TopologyLog.Replay replay) {
        throw unasked();
    }

    @Override
    public void joinOwners(SlotAssignment assignment) {}

    @Override
    public void removeOwner(String pod) {}

    @Override
    public void leaveOwners() {}

    @Override
    public CompletionStage<Optional<DiskRoom>> diskRoom() {
        return CompletableFuture.completedStage(Optional.empty());
    }

    @Override
    public void close() {}

    /** No queue and no slot asks for it: a test in which one does is to fail. */
    private static AssertionError unasked() {
        return new AssertionError("nothing that is tested with this asks for it");
    }
}
