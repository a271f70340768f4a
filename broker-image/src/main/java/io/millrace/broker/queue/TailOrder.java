package io.millrace.broker.queue;

import io.millrace.broker.model.Message;
import org.jspecify.annotations.Nullable;

/**
 * Appended messages whose predecessor has not been reported yet: with several publish lanes, callbacks of neighbouring offsets may come in the wrong
 * order. A gap that lasts longer than {@link #PATIENCE_MS} is somebody else's record and is fetched.
 */
final class TailOrder {
    static final long PATIENCE_MS = 20;

    private static final int HELD_AT_MOST = 1_024;

    private final PlaceMap<Message> held = new PlaceMap<>();

    void hold(long offset, Message message) {
        if (held.size() < HELD_AT_MOST) {
            held.put(offset, message);
        }
    }

    @Nullable
    Message take(long offset) {
        return held.isEmpty() ? null : held.remove(offset);
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    void clear() {
        held.clear();
    }
}
