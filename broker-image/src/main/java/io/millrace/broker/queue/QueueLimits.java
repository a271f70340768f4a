package io.millrace.broker.queue;

/**
 * Bounds of one queue's memory.
 *
 * @param windowMessages messages held ready in memory at most; the rest stays in the log
 * @param windowBytes bytes of messages held ready in memory at most
 * @param unackedMessages unacknowledged messages at most, whatever prefetch says
 * @param unackedBytes bytes of unacknowledged messages at most
 * @param parkedMessages messages behind held group keys that are known by their place only, at most; 12 bytes each
 */
public record QueueLimits(
        int windowMessages, long windowBytes, int unackedMessages, long unackedBytes, int parkedMessages) {
    /** The usual bounds: 10,000 messages or 4 MiB ready; 65,536 messages or 64 MiB unacknowledged; 1,000,000 behind held keys. */
    public static final QueueLimits STANDARD = new QueueLimits(10_000, 4L << 20, 1 << 16, 64L << 20, 1_000_000);

    /** The same bounds for windows that are shared out among {@code count}. */
    QueueLimits sharedBy(int count) {
        return new QueueLimits(
                Math.max(1, windowMessages / count),
                Math.max(1, windowBytes / count),
                unackedMessages,
                unackedBytes,
                parkedMessages);
    }
}
