package io.millrace.broker.cluster;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.log.Topics;
import io.millrace.broker.log.Topics.Range;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.StreamOffset;
import io.millrace.broker.topology.QueueKind;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams as the clients of this pod reach them: every pod reads the log itself, and nobody owns anything. Told of all queues that come and go, it passes on those that
 * are no streams.
 */
public final class Streams implements QueueTable.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);

    /** Where a log is read from, and what below {@code first} is passed over. */
    record Start(long from, long first) {}

    private final MessageLog log;
    private final Topics topics;
    private final Clock clock;
    private final QueueTable.Listener others;
    private final Set<StreamCursor> cursors = ConcurrentHashMap.newKeySet();

    Streams(MessageLog log, Topics topics, Clock clock, QueueTable.Listener others) {
        this.log = log;
        this.topics = topics;
        this.clock = clock;
        this.others = others;
    }

    public static boolean isStream(QueueHandle queue) {
        return queue.definition().kind() == QueueKind.STREAM;
    }

    @Override
    public void added(QueueHandle handle) {
        if (!isStream(handle)) {
            others.added(handle);
        }
    }

    @Override
    public void removed(QueueHandle handle) {
        if (!isStream(handle)) {
            others.removed(handle);
            return;
        }
        handle.loop().execute(() -> {
            handle.gone();
            cursors.stream()
                    .filter(cursor -> cursor.stream().definition().equals(handle.definition()))
                    .forEach(StreamCursor::cancel);
            forgetStopped();
        });
    }

    /** Begins a consumer. */
    public StreamCursor subscribe(QueueHandle stream, Consumer consumer, StreamOffset offset, StreamEvents events) {
        var cursor = new StreamCursor(stream, consumer, events);
        forgetStopped();
        cursors.add(cursor);
        var part = part(stream);
        topics.ranges(List.of(part))
                .thenCompose(ranges -> start(offset, part, ranges.getOrDefault(part, new Range(0, 0))))
                .whenComplete((start, failure) -> stream.loop().execute(() -> begin(stream, cursor, start, failure)));
        return cursor;
    }

    private void begin(QueueHandle stream, StreamCursor cursor, @Nullable Start start, @Nullable Throwable failure) {
        if (cursor.isStopped()) {
            return;
        }
        if (start == null || stream.isGone()) {
            LOG.warn("{} cannot be read: {}", stream.definition(), failure == null ? "it is gone" : failure);
            cursor.cancel();
            return;
        }
        try {
            cursor.begin(log, start.from(), start.first());
        } catch (IllegalStateException e) {
            LOG.warn("{} cannot be read: {}", stream.definition(), e.getMessage());
            cursor.cancel();
        }
    }

    private CompletionStage<Start> start(StreamOffset offset, LogPart part, Range range) {
        return switch (offset) {
            case StreamOffset.First() -> at(range.start());
            case StreamOffset.Last() -> at(Math.max(range.start(), range.end() - 1));
            case StreamOffset.Next() -> at(range.end());
            case StreamOffset.At(var wanted) -> {
                long first = Math.max(wanted, range.start());
                yield CompletableFuture.completedStage(new Start(Math.min(first, range.end()), first));
            }
            case StreamOffset.Since(var timestampMs) -> since(part, timestampMs);
            case StreamOffset.Ago(var spanMs) -> since(part, clock.millis() - spanMs);
        };
    }

    private static CompletionStage<Start> at(long offset) {
        return CompletableFuture.completedStage(new Start(offset, offset));
    }

    private CompletionStage<Start> since(LogPart part, long timestampMs) {
        return topics.offsetsAt(Map.of(part, Math.max(0, timestampMs))).thenApply(offsets -> {
            long offset = offsets.getOrDefault(part, 0L);
            return new Start(offset, offset);
        });
    }

    private void forgetStopped() {
        cursors.removeIf(StreamCursor::isStopped);
    }

    /** Where the messages of a stream lie. */
    static LogPart part(QueueHandle stream) {
        return stream.logs().getFirst();
    }

    /** Tells how many messages there are, once all publishes of this pod are in the log, and how many consumers this pod has. */
    void count(QueueHandle stream, QueueHandle.Counted counted) {
        var part = part(stream);
        stream.afterPublishes(() -> topics.ranges(List.of(part)).whenComplete((ranges, failure) -> {
            if (failure != null) {
                LOG.warn("{}: its messages cannot be counted: {}", stream.definition(), failure.toString());
            }
            var range = ranges == null ? new Range(0, 0) : ranges.getOrDefault(part, new Range(0, 0));
            long consumers = cursors.stream()
                    .filter(cursor ->
                            !cursor.isStopped() && cursor.stream().definition().equals(stream.definition()))
                    .count();
            counted.counted(new QueueCount(range.end() - range.start(), 0, (int) consumers, 0, QueueFlow.NOTHING));
        }));
    }
}
