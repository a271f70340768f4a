package io.millrace.broker.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record read from a log.
 *
 * @param offset its offset in the partition
 * @param timestampMs CreateTime, milliseconds since the epoch
 */
public record LogRecord(
        long offset, long timestampMs, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {}
