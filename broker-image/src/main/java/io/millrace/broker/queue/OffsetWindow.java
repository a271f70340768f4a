package io.millrace.broker.queue;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A window in the order of offsets: returned messages first, each at its original place. Or of messages that wait for their time, the earliest first. */
final class OffsetWindow implements ReadyWindow {
    private final QueueLimits limits;
    private final ArrayDeque<Entry> fresh = new ArrayDeque<>();
    private final PriorityQueue<Entry> sorted;
    private final boolean byTime;
    private long bytes;
    private long bodyBytes;

    /** @param byTime whether messages are taken when they are due, not as they came */
    OffsetWindow(QueueLimits limits, boolean byTime) {
        this.limits = limits;
        this.byTime = byTime;
        sorted = byTime ? new PriorityQueue<>(Entry.BY_TIME) : new PriorityQueue<>();
    }

    @Override
    public void addFresh(Entry entry) {
        if (byTime) {
            sorted.add(entry);
        } else {
            fresh.addLast(entry);
        }
        count(entry, 1);
    }

    @Override
    public void addReturned(Entry entry) {
        sorted.add(entry);
        count(entry, 1);
    }

    @Override
    public @Nullable Entry head() {
        var back = sorted.peek();
        return back != null ? back : fresh.peekFirst();
    }

    @Override
    public Entry take() {
        var entry = sorted.isEmpty() ? fresh.removeFirst() : sorted.remove();
        count(entry, -1);
        return entry;
    }

    @Override
    public @Nullable Entry oldest() {
        return head();
    }

    @Override
    public Entry takeOldest() {
        return take();
    }

    @Override
    public void settled(Entry entry) {
        // nothing waits for it
    }

    @Override
    public void drain(BiConsumer<Long, Integer> settle) {
        while (size() > 0) {
            var entry = take();
            settle.accept(entry.place, entry.message.sizeBytes());
        }
    }

    @Override
    public int size() {
        return fresh.size() + sorted.size();
    }

    @Override
    public void clear() {
        fresh.clear();
        sorted.clear();
        bytes = 0;
        bodyBytes = 0;
    }

    private void count(Entry entry, int sign) {
        bytes += sign * (long) entry.message.sizeBytes();
        bodyBytes += sign * (long) entry.message.bodyBytes();
    }

    @Override
    public long bodyBytes() {
        return bodyBytes;
    }

    @Override
    public boolean isFull() {
        return size() >= limits.windowMessages() || bytes >= limits.windowBytes();
    }

    /** Half empty. */
    @Override
    public boolean isLow() {
        return size() <= limits.windowMessages() / 2 && bytes <= limits.windowBytes() / 2;
    }

    @Override
    public int deliverable() {
        return size();
    }

    @Override
    public boolean awaitsBodies() {
        return false;
    }
}
