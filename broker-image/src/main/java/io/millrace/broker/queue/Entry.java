package io.millrace.broker.queue;

import static java.util.Comparator.naturalOrder;

import io.millrace.broker.model.Message;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A message of the queue that is in memory and not settled. */
final class Entry implements Comparable<Entry> {
    /** Delayed messages as they are due; those of one time as they came. */
    static final Comparator<Entry> BY_TIME = Comparator.comparingLong((Entry entry) -> Delays.dueMs(entry.message))
            .thenComparing(naturalOrder());

    final long place;
    final Message message;
    boolean redelivered;
    int deliveryCount;

    /** Whether this owner took it out of its window and it came back. */
    boolean returned;

    /** Where the messages of its group key wait, in a queue that has such keys. */
    @Nullable
    KeyLine line;

    Entry(long place, Message message, boolean redelivered, int deliveryCount) {
        this.place = place;
        this.message = message;
        this.redelivered = redelivered;
        this.deliveryCount = deliveryCount;
    }

    /** A message with TTL 0: delivered at once or expired (RabbitMQ, Per-Message TTL). */
    boolean expiresUnlessDeliveredNow() {
        return message.expiresAtMs() == message.timestampMs();
    }

    @Override
    public int compareTo(Entry other) {
        return Long.compare(place, other.place);
    }
}
