package io.millrace.broker.queue;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Messages in memory that wait for a consumer: returned ones first, each at its original place. */
final class ReadyWindow {
    private final QueueLimits limits;
    private final ArrayDeque<Entry> fresh = new ArrayDeque<>();
    private final PriorityQueue<Entry> returned = new PriorityQueue<>();
    private long bytes;
    private long bodyBytes;

    ReadyWindow(QueueLimits limits) {
        this.limits = limits;
    }

    void addFresh(Entry entry) {
        fresh.addLast(entry);
        count(entry, 1);
    }

    void addReturned(Entry entry) {
        returned.add(entry);
        count(entry, 1);
    }

    /** The next message; there has to be one. */
    Entry head() {
        var back = returned.peek();
        return back != null ? back : fresh.getFirst();
    }

    @Nullable
    Entry poll() {
        var entry = returned.isEmpty() ? fresh.pollFirst() : returned.poll();
        if (entry != null) {
            count(entry, -1);
        }
        return entry;
    }

    int size() {
        return fresh.size() + returned.size();
    }

    void clear() {
        fresh.clear();
        returned.clear();
        bytes = 0;
        bodyBytes = 0;
    }

    private void count(Entry entry, int sign) {
        bytes += sign * (long) entry.message.sizeBytes();
        bodyBytes += sign * (long) entry.message.bodyBytes();
    }

    long bodyBytes() {
        return bodyBytes;
    }

    boolean isFull() {
        return size() >= limits.windowMessages() || bytes >= limits.windowBytes();
    }

    /** Half empty: worth a new read of the log. */
    boolean isLow() {
        return size() <= limits.windowMessages() / 2 && bytes <= limits.windowBytes() / 2;
    }
}
