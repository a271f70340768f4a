package io.millrace.broker.protocol;

import io.millrace.broker.queue.QueueRef;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The deliveries of one channel that wait for their acknowledgement, by delivery tag (AMQP 0-9-1 §1.8.3.9): numbers from 1, a ring from the lowest open one. */
final class DeliveryTags {
    /**
     * @param tag its delivery tag
     * @param consumerTag who got it; empty for basic.get
     */
    record Held(long tag, QueueRef queue, String consumerTag, long offset) {}

    private @Nullable Held[] ring = new Held[64];
    private long lowest = 1;
    private long next = 1;
    private int open;

    private int at(long tag) {
        return (int) tag & (ring.length - 1);
    }

    /** Takes the next tag for a delivery that needs no acknowledgement. */
    long skip() {
        if (open == 0) {
            lowest = next + 1;
        } else {
            reserve();
            ring[at(next)] = null;
        }
        return next++;
    }

    /** Takes the next tag for a delivery. */
    long hold(QueueRef queue, String consumerTag, long offset) {
        reserve();
        ring[at(next)] = new Held(next, queue, consumerTag, offset);
        open++;
        return next++;
    }

    /** Makes room for one more tag. */
    private void reserve() {
        if (next - lowest >= ring.length) {
            grow();
        }
    }

    private void grow() {
        var old = ring;
        ring = new Held[2 * old.length];
        for (long tag = lowest; tag < next; tag++) {
            ring[at(tag)] = old[(int) tag & (old.length - 1)];
        }
    }

    /** Puts a delivery that was taken out back in its place. */
    void putBack(Held held) {
        while (next - Math.min(lowest, held.tag()) > ring.length) {
            grow();
        }
        lowest = Math.min(lowest, held.tag());
        ring[at(held.tag())] = held;
        open++;
    }

    int open() {
        return open;
    }

    /** The delivery that has waited longest; null if none waits. */
    @Nullable
    Held oldest() {
        return open == 0 ? null : ring[at(lowest)];
    }

    /** The tag given last; 0 before the first. */
    long last() {
        return next - 1;
    }

    void forEach(Consumer<Held> each) {
        for (long tag = lowest; tag < next; tag++) {
            var held = ring[at(tag)];
            if (held != null) {
                each.accept(held);
            }
        }
    }

    /** Takes one delivery out; null if the tag is unknown or was settled before. */
    @Nullable
    Held take(long tag) {
        if (tag < lowest || tag >= next) {
            return null;
        }
        var held = ring[at(tag)];
        if (held != null) {
            ring[at(tag)] = null;
            open--;
            while (lowest < next && ring[at(lowest)] == null) {
                lowest++;
            }
        }
        return held;
    }

    /** Takes all up to {@code tag} out (0: all); false if that tag was never given. */
    boolean takeUpTo(long tag, Consumer<Held> each) {
        if (tag >= next) {
            return false;
        }
        long last = tag == 0 ? next - 1 : tag;
        while (lowest <= last) {
            var held = ring[at(lowest)];
            ring[at(lowest)] = null;
            lowest++;
            if (held != null) {
                open--;
                each.accept(held);
            }
        }
        return true;
    }
}
