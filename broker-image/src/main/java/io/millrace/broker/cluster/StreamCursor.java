package io.millrace.broker.cluster;

import io.millrace.broker.log.LogRecord;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.QueueRef;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer of a stream: where it reads, what was read ahead for it and what it holds. It lives at the pod of its client; a stream has no owner. Its state belongs to
 * the stream's loop, its public methods are for any thread.
 */
public final class StreamCursor implements QueueRef {
    private static final Logger LOG = LoggerFactory.getLogger(StreamCursor.class);
    private static final int AHEAD_AT_MOST = 1_000;
    private static final long AHEAD_BYTES_AT_MOST = 4L << 20;

    private final QueueHandle stream;
    private final Consumer consumer;
    private final StreamEvents events;
    private final ArrayDeque<LogRecord> ahead = new ArrayDeque<>();
    private final Set<Long> held = new HashSet<>();
    private MessageLog.@Nullable Reading reading;
    private long firstOffset;
    private long aheadBytes;
    private boolean begun;
    private boolean readingPaused;
    private boolean paused;
    private volatile boolean stopped;

    StreamCursor(QueueHandle stream, Consumer consumer, StreamEvents events) {
        this.stream = stream;
        this.consumer = consumer;
        this.events = events;
    }

    @Override
    public String queueName() {
        return stream.queueName();
    }

    @Override
    public String vhost() {
        return stream.vhost();
    }

    /** The stream it reads. */
    public QueueHandle stream() {
        return stream;
    }

    public String consumerTag() {
        return consumer.id().consumerTag();
    }

    /** Deliveries were settled, in whichever way: a stream keeps its messages, and all that comes of it is credit. */
    public void settled(long[] offsets) {
        stream.loop().execute(() -> {
            for (long offset : offsets) {
                held.remove(offset);
            }
            deliver();
        });
    }

    /** Whether deliveries wait: the client does not read what it was sent. */
    public void pause(boolean pause) {
        stream.loop().execute(() -> {
            paused = pause;
            deliver();
        });
    }

    /** No more deliveries; what is held may still be settled. */
    public void stop() {
        stream.loop().execute(this::stopReading);
    }

    /** Whether it is over; any thread. */
    boolean isStopped() {
        return stopped;
    }

    // --- on the loop ---

    /**
     * Begins to read.
     *
     * @param from where the log is read from
     * @param first what lies below is passed over
     * @throws IllegalStateException if the stream has too many consumers here
     */
    void begin(MessageLog log, long from, long first) {
        firstOffset = first;
        begun = true;
        events.subscribed(this);
        reading = log.follow(
                stream.topic(), 0, from, (records, next) -> stream.loop().execute(() -> arrived(records)));
    }

    /** The stream is gone, or cannot be read. One that has not begun is accepted first, since its channel waits for that. */
    void cancel() {
        if (!stopped) {
            if (!begun) {
                events.subscribed(this);
            }
            stopReading();
            events.cancelled(this);
        }
    }

    private void stopReading() {
        stopped = true;
        ahead.clear();
        if (reading != null) {
            reading.stop();
            reading = null;
        }
    }

    private void arrived(List<LogRecord> records) {
        if (stopped) {
            return;
        }
        for (var one : records) {
            if (one.offset() >= firstOffset) {
                ahead.add(one);
                aheadBytes += bytes(one);
            }
        }
        deliver();
    }

    private void deliver() {
        while (!stopped && !paused && held.size() < consumer.prefetch() && !ahead.isEmpty()) {
            var next = ahead.remove();
            aheadBytes -= bytes(next);
            var message = message(next);
            if (message != null) {
                held.add(next.offset());
                events.deliver(this, next.offset(), message);
            }
        }
        bound();
    }

    /** A record that nobody can read is passed over: Kafka producers may write here too. */
    private @Nullable Message message(LogRecord next) {
        try {
            return StreamMessage.of(Streams.part(stream), next);
        } catch (AmqpError | IllegalArgumentException e) {
            LOG.warn("{} offset {} is passed over: {}", stream.definition(), next.offset(), e.getMessage());
            return null;
        }
    }

    private void bound() {
        if (reading == null) {
            return;
        }
        boolean full = ahead.size() >= AHEAD_AT_MOST || aheadBytes >= AHEAD_BYTES_AT_MOST;
        boolean roomy = ahead.size() < AHEAD_AT_MOST / 2 && aheadBytes < AHEAD_BYTES_AT_MOST / 2;
        if (full && !readingPaused) {
            readingPaused = true;
            reading.pause();
        } else if (roomy && readingPaused) {
            readingPaused = false;
            reading.resume();
        }
    }

    private static long bytes(LogRecord one) {
        byte[] value = one.value();
        return value == null ? 0 : value.length;
    }
}
