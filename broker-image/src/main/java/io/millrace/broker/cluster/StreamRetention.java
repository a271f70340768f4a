package io.millrace.broker.cluster;

import io.millrace.broker.log.Topics;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.topology.MaxAge;
import java.util.OptionalLong;

/** How much of a stream is kept, by its arguments (RabbitMQ, Streams). */
final class StreamRetention {
    private static final long SEGMENT_BYTES = 500_000_000;

    private StreamRetention() {}

    static Topics.Retention of(FieldTable arguments) {
        return new Topics.Retention(
                whole(arguments, "x-max-length-bytes"),
                arguments
                        .get("x-max-age")
                        .map(age -> MaxAge.parseMs(age.toString()))
                        .orElse(OptionalLong.empty()),
                whole(arguments, "x-stream-max-segment-size-bytes").orElse(SEGMENT_BYTES));
    }

    private static OptionalLong whole(FieldTable arguments, String key) {
        return arguments.get(key).orElse(null) instanceof FieldValue.Whole number
                ? OptionalLong.of(number.asLong())
                : OptionalLong.empty();
    }
}
