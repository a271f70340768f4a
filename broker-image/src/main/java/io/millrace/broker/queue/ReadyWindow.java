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

    ReadyWindow(QueueLimits limits) {
        this.limits = limits;
    }

    void addFresh(Entry entry) {
        fresh.addLast(entry);
        bytes += entry.message.sizeBytes();
    }

    void addReturned(Entry entry) {
        returned.add(entry);
        bytes += entry.message.sizeBytes();
    }

    @Nullable
    Entry peek() {
        var back = returned.peek();
        return back != null ? back : fresh.peekFirst();
    }

    @Nullable
    Entry poll() {
        var entry = returned.isEmpty() ? fresh.pollFirst() : returned.poll();
        if (entry != null) {
            bytes -= entry.message.sizeBytes();
        }
        return entry;
    }

    int size() {
        return fresh.size() + returned.size();
    }

    long bytes() {
        return bytes;
    }

    boolean isFull() {
        return size() >= limits.windowMessages() || bytes >= limits.windowBytes();
    }

    /** Half empty: worth a new read of the log. */
    boolean isLow() {
        return size() <= limits.windowMessages() / 2 && bytes <= limits.windowBytes() / 2;
    }
}
