package io.millrace.broker.cluster;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.LogRecord;
import io.millrace.broker.log.Logs;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.log.MessageRecord;
import io.millrace.broker.log.Topics;
import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.RecentIds;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps messages out of an owned queue that were published before, by their message-id, within a window of time ({@code x-deduplication-window}). A new owner first
 * reads the ids of the window from the log. A dead letter passes: it comes back for a reason. On the queue's loop.
 */
final class Duplicates {
    private static final Logger LOG = LoggerFactory.getLogger(Duplicates.class);
    private static final int RETRY_MS = 500;

    private final QueueHandle handle;
    private final Logs logs;
    private final Clock clock;
    private final long windowMs;
    private final RecentIds ids;
    private final Map<String, List<Publisher.Done>> underWay = new HashMap<>();
    private int partsToRead;
    private boolean overflowed;
    private Runnable whenRecalled = () -> {};

    Duplicates(QueueHandle handle, Logs logs, Clock clock, long windowMs) {
        this.handle = handle;
        this.logs = logs;
        this.clock = clock;
        this.windowMs = windowMs;
        ids = new RecentIds(windowMs, RecentIds.STANDARD_ROOM);
    }

    /** Whether all ids of the window are known here. */
    boolean areKnown() {
        return partsToRead == 0;
    }

    /** The id that a message must not share with another; none for dead letters. */
    static Optional<String> id(Message message) {
        var properties = BasicProperties.decode(message.properties());
        var headers = properties.headers();
        boolean isLetter = headers != null && headers.get("x-death").isPresent();
        return isLetter ? Optional.empty() : Optional.ofNullable(properties.messageId());
    }

    /**
     * Whether a message of this id is new; its publisher then reports with {@link #published}. If not, {@code done} hears what becomes of the first one, or that it
     * is in the queue.
     */
    boolean isNew(String id, Publisher.Done done) {
        var waiting = underWay.get(id);
        if (waiting != null) {
            waiting.add(done);
            return false;
        }
        if (ids.isKnown(id, clock.millis())) {
            done.done(true);
            return false;
        }
        underWay.put(id, new ArrayList<>(0));
        return true;
    }

    /** The first message of an id is in the queue, or could not be written. */
    void published(String id, boolean arrived) {
        if (arrived) {
            remember(id, clock.millis());
        }
        var waiting = underWay.remove(id);
        if (waiting != null) {
            waiting.forEach(done -> done.done(arrived));
        }
    }

    private void remember(String id, long whenMs) {
        if (!ids.add(id, whenMs) && !overflowed) {
            overflowed = true;
            LOG.warn(
                    "{}: more than {} message ids within {} ms: the first are forgotten early",
                    handle.definition(),
                    RecentIds.STANDARD_ROOM,
                    windowMs);
        }
    }

    // --- what an earlier owner knew ---

    private record Window(Map<LogPart, Topics.Range> ranges, Map<LogPart, Long> offsets) {}

    /** Reads the ids of the window from the queue's logs as they are now; {@code then} runs when they are known. */
    void recall(Runnable then) {
        whenRecalled = then;
        var parts = handle.logs();
        partsToRead = parts.size();
        long since = Math.max(0, clock.millis() - windowMs);
        var times = new HashMap<LogPart, Long>();
        parts.forEach(part -> times.put(part, since));
        var topics = logs.topics();
        topics.ranges(parts)
                .thenCombine(topics.offsetsAt(times), Window::new)
                .whenComplete((window, failure) -> handle.loop().execute(() -> {
                    if (failure != null) {
                        LOG.warn("{}: its message ids are read later: {}", handle.definition(), failure.toString());
                        later(() -> recall(then));
                        return;
                    }
                    parts.forEach(part -> {
                        var range = window.ranges().getOrDefault(part, new Topics.Range(0, 0));
                        long from = Math.max(range.start(), window.offsets().getOrDefault(part, range.end()));
                        read(part, from, range.end());
                    });
                }));
    }

    private void read(LogPart part, long from, long end) {
        if (from >= end) {
            recalled();
            return;
        }
        try {
            new Recall(part, end).begin(from);
        } catch (IllegalStateException e) { // too many are reading
            later(() -> read(part, from, end));
        }
    }

    private void recalled() {
        partsToRead--;
        if (partsToRead == 0) {
            whenRecalled.run();
        }
    }

    private void later(Runnable task) {
        handle.loop().schedule(task, RETRY_MS, TimeUnit.MILLISECONDS);
    }

    /** The reading of one level; what is read is handed to the loop. */
    private final class Recall implements MessageLog.ReadListener {
        private final LogPart part;
        private final long end;
        private MessageLog.@Nullable Reading reading;

        Recall(LogPart part, long end) {
            this.part = part;
            this.end = end;
        }

        void begin(long from) {
            reading = logs.messages().follow(part.topic(), part.partition(), from, this);
        }

        @Override
        public void read(List<LogRecord> records, long nextOffset) {
            handle.loop().execute(() -> {
                if (reading == null) {
                    return;
                }
                records.forEach(this::remember);
                if (nextOffset >= end) {
                    reading.stop();
                    reading = null;
                    recalled();
                }
            });
        }

        private void remember(LogRecord one) {
            try {
                var message = MessageRecord.read(part, one);
                id(message).ifPresent(id -> Duplicates.this.remember(id, one.timestampMs()));
            } catch (AmqpError | IllegalArgumentException e) {
                LOG.debug("{} offset {} has no message id: {}", part, one.offset(), e.getMessage());
            }
        }
    }
}
