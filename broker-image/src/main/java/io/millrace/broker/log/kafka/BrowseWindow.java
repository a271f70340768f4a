package io.millrace.broker.log.kafka;

import io.millrace.broker.log.Browsed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * What is read of one partition. From a start it goes ahead until there is enough. For the last messages it reads a stretch before the end and, if there are too few in it, because
 * of transactions or compaction, longer and longer ones before that. Decides only; who polls tells it what came.
 */
final class BrowseWindow {
    private static final int LONGER = 4;

    private final int partition;
    private final long begin;
    private final long end;
    private final boolean lastOnes;
    private final Limits limits;
    private final Deque<Browsed.Seen> kept = new ArrayDeque<>();
    private final List<Browsed.Seen> younger = new ArrayList<>();
    private long from;
    private long until;
    private long position;
    private long bytes;
    private boolean heavy;

    private BrowseWindow(int partition, long begin, long end, long from, boolean lastOnes, Limits limits) {
        this.partition = partition;
        this.begin = begin;
        this.end = end;
        this.from = from;
        this.lastOnes = lastOnes;
        this.limits = limits;
        until = end;
        position = from;
    }

    /**
     * How much is wanted of a partition.
     *
     * @param bytes that are shown of all its messages; one message is kept in any case
     * @param fieldBytes that are shown of a key, of a value, of all headers
     */
    record Limits(int messages, int bytes, int fieldBytes) {}

    /**
     * A window.
     *
     * @param end exclusive
     * @param start absent for the last messages; before {@code begin} it means that, behind {@code end} there is nothing to read
     */
    static BrowseWindow of(int partition, long begin, long end, OptionalLong start, Limits limits) {
        return start.isPresent()
                ? new BrowseWindow(partition, begin, end, Math.max(begin, start.getAsLong()), false, limits)
                : new BrowseWindow(partition, begin, end, Math.max(begin, end - limits.messages()), true, limits);
    }

    /** Whether there is more to read. */
    boolean isOpen() {
        return position < until && (lastOnes || !isFull());
    }

    private boolean isFull() {
        return heavy || kept.size() + younger.size() >= limits.messages();
    }

    /** Where to read on. */
    long position() {
        return position;
    }

    void take(ConsumerRecord<byte[], byte[]> message) {
        if (!isOpen() || message.offset() < position || message.offset() >= until) {
            return;
        }
        position = message.offset() + 1;
        var seen = seen(message);
        kept.addLast(seen);
        bytes += seen.shownBytes();
        heavy |= bytes >= limits.bytes();
        while (lastOnes
                && kept.size() > 1
                && (kept.size() + younger.size() > limits.messages() || bytes > limits.bytes())) {
            bytes -= kept.removeFirst().shownBytes();
        }
    }

    /** Everything below an offset has been told: what is not there was compacted away, or belongs to no committed transaction. */
    void readTo(long offset) {
        if (isOpen()) {
            position = Math.max(position, Math.min(offset, until));
        }
    }

    /** Opens it again for what lies before, if the last messages are wanted and there are too few. */
    void lookFurtherBack() {
        if (!lastOnes || position < until || isFull() || from <= begin) {
            return;
        }
        younger.addAll(0, kept);
        kept.clear();
        long length = LONGER * (until - from);
        until = from;
        from = Math.max(begin, from - length);
        position = from;
    }

    /** In the order of their offsets. */
    Stream<Browsed.Seen> messages() {
        return Stream.concat(kept.stream(), younger.stream());
    }

    Browsed.Place place() {
        return new Browsed.Place(partition, begin, end, lastOnes ? end : position);
    }

    /** Why there are fewer messages than were wanted, though there may be more. */
    Optional<String> incomplete() {
        if (isOpen()) {
            return Optional.of("the time was up before all was read that was asked for");
        }
        return heavy && kept.size() + younger.size() < limits.messages()
                ? Optional.of("no more bytes are shown at once")
                : Optional.empty();
    }

    private Browsed.Seen seen(ConsumerRecord<byte[], byte[]> message) {
        var headers = new ArrayList<Browsed.NamedCut>();
        int left = limits.fieldBytes();
        int leftOut = 0;
        for (var header : message.headers()) {
            left -= header.key().length();
            if (left > 0) {
                var value = cut(header.value(), left);
                left -= value == null ? 0 : value.shown().length;
                headers.add(new Browsed.NamedCut(header.key(), value));
            } else {
                leftOut++;
            }
        }
        return new Browsed.Seen(
                partition,
                message.offset(),
                message.timestamp(),
                message.timestampType() == TimestampType.LOG_APPEND_TIME,
                cut(message.key(), limits.fieldBytes()),
                cut(message.value(), limits.fieldBytes()),
                headers,
                leftOut);
    }

    private static Browsed.@Nullable Cut cut(byte @Nullable [] bytes, int atMost) {
        return bytes == null
                ? null
                : new Browsed.Cut(bytes.length > atMost ? Arrays.copyOf(bytes, atMost) : bytes, bytes.length);
    }
}
