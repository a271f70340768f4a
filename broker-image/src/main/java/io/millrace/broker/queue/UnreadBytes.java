package io.millrace.broker.queue;

import io.millrace.broker.model.Message;
import java.util.TreeMap;

/**
 * Bytes of the bodies of messages that lie in the log only. Every message counts that was reported when it was appended, or was measured; what strangers write
 * counts from when it is read.
 */
final class UnreadBytes {
    private final TreeMap<Long, Long> uncounted = new TreeMap<>();
    private boolean wanted;
    private long bytes;

    /** From now on it counts. */
    void begin() {
        wanted = true;
        nothing();
    }

    /** Messages from {@code from} (inclusive) to {@code to} (exclusive) lie in the log, and nobody knows how long they are. */
    void unknown(long from, long to) {
        if (wanted && from < to) {
            uncounted.merge(from, to, Math::max);
        }
    }

    private boolean isUnknown(long offset) {
        if (uncounted.isEmpty()) {
            return false;
        }
        var range = uncounted.floorEntry(offset);
        return range != null && offset < range.getValue();
    }

    void appended(long offset, Message message) {
        if (wanted && !isUnknown(offset)) {
            bytes += message.bodyBytes();
        }
    }

    /** A message of unknown length was looked at; all below it are known now too. */
    void measured(long offset, int bodyBytes) {
        if (isUnknown(offset)) {
            bytes += bodyBytes;
            known(offset + 1);
        }
    }

    /** All below {@code end} is known. */
    void known(long end) {
        for (var first = uncounted.firstEntry();
                first != null && first.getKey() < end;
                first = uncounted.firstEntry()) {
            uncounted.pollFirstEntry();
            unknown(end, first.getValue());
        }
    }

    /** A message came from the log into memory. */
    void read(long offset, Message message) {
        if (wanted && !isUnknown(offset)) {
            bytes -= message.bodyBytes();
        }
    }

    /** Nothing lies in the log only. */
    void nothing() {
        bytes = 0;
        uncounted.clear();
    }

    long bytes() {
        return bytes;
    }
}
