package io.millrace.broker.log;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a record goes.
 *
 * @param partition its number, or {@link #BY_KEY}
 * @param key the record's key; null for none
 */
public record LogTarget(String topic, int partition, byte @Nullable [] key) {
    /** The partition follows from the key, as Kafka's default partitioner chooses it. */
    public static final int BY_KEY = -1;

    /** A partition, for a record without a key. */
    public static LogTarget of(String topic, int partition) {
        return new LogTarget(topic, partition, null);
    }

    /** A topic, for a record whose key is this text. */
    public static LogTarget byKey(String topic, String key) {
        return new LogTarget(topic, BY_KEY, key.getBytes(StandardCharsets.UTF_8));
    }
}
