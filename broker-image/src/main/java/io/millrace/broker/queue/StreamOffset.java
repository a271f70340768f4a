package io.millrace.broker.queue;

/** Where a consumer of a stream begins to read (RabbitMQ, {@code x-stream-offset}). */
public sealed interface StreamOffset {
    /** With the oldest message. */
    record First() implements StreamOffset {}

    /** With the newest message that is there. */
    record Last() implements StreamOffset {}

    /** With the first message that comes. */
    record Next() implements StreamOffset {}

    /** With this offset, even if it is yet to come; what is below the oldest begins there. */
    record At(long offset) implements StreamOffset {}

    /** With the first message from then on, milliseconds since the epoch. */
    record Since(long timestampMs) implements StreamOffset {}

    /** With the first message of the last so many milliseconds. */
    record Ago(long spanMs) implements StreamOffset {}
}
