package io.millrace.broker.queue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;

/**
 * Which message ids were published within the last while: 128 bits of the SHA-256 of each. Of more than there is room for, those are forgotten that came first.
 */
public final class RecentIds {
    /** Ids of one queue: some 25 MB. */
    public static final int STANDARD_ROOM = 250_000;

    private record Id(long high, long low) {}

    private final long windowMs;
    private final int room;
    private final LinkedHashMap<Id, Long> publishedAtMs = new LinkedHashMap<>();

    public RecentIds(long windowMs, int room) {
        this.windowMs = windowMs;
        this.room = room;
    }

    private static Id id(String text) {
        try {
            var hash =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
            return new Id(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every Java has SHA-256", e);
        }
    }

    /** Whether a message of this id was published within the window before {@code nowMs}. */
    public boolean isKnown(String messageId, long nowMs) {
        var when = publishedAtMs.get(id(messageId));
        return when != null && nowMs - when < windowMs;
    }

    /** A message of this id was published; false if an earlier one had to be forgotten before its time. */
    public boolean add(String messageId, long nowMs) {
        publishedAtMs.putLast(id(messageId), nowMs);
        for (var first = publishedAtMs.firstEntry();
                first != null && nowMs - first.getValue() >= windowMs;
                first = publishedAtMs.firstEntry()) {
            publishedAtMs.pollFirstEntry();
        }
        boolean tooMany = publishedAtMs.size() > room;
        if (tooMany) {
            publishedAtMs.pollFirstEntry();
        }
        return !tooMany;
    }

    int size() {
        return publishedAtMs.size();
    }
}
