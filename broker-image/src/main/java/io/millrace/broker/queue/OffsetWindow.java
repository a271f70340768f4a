package io.millrace.broker.queue;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A window in the order of offsets: returned messages first, each at its original place. */
final class OffsetWindow implements ReadyWindow {
    private final QueueLimits limits;
    private final ArrayDeque<Entry> fresh = new ArrayDeque<>();
    private final PriorityQueue<Entry> returned = new PriorityQueue<>();
    private long bytes;
    private long bodyBytes;

    OffsetWindow(QueueLimits limits) {
        this.limits = limits;
    }

    @Override
    public void addFresh(Entry entry) {
        fresh.addLast(entry);
        count(entry, 1);
    }

    @Override
    public void addReturned(Entry entry) {
        returned.add(entry);
        count(entry, 1);
    }

    @Override
    public @Nullable Entry head() {
        var back = returned.peek();
        return back != null ? back : fresh.peekFirst();
    }

    @Override
    public Entry take() {
        var entry = returned.isEmpty() ? fresh.removeFirst() : returned.remove();
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
        return fresh.size() + returned.size();
    }

    @Override
    public void clear() {
        fresh.clear();
        returned.clear();
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
