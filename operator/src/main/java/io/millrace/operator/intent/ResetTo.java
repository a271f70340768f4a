package io.millrace.operator.intent;

import java.time.Instant;
import java.time.OffsetDateTime;

/** Where offsets are moved to. */
public sealed interface ResetTo {

    /** The first record there is. */
    record Earliest() implements ResetTo {}

    /** The end of the log. */
    record Latest() implements ResetTo {}

    /** The first record from then on; the end of the log if there is none. */
    record At(Instant time) implements ResetTo {}

    /** One offset, in every partition. */
    record Offset(long offset) implements ResetTo {}

    /** So many records ahead, or back if negative. */
    record Shift(long records) implements ResetTo {}

    /**
     * Reads what the CRD allows.
     *
     * @throws java.time.DateTimeException if it looks like a time and is none
     */
    static ResetTo parse(String text) {
        return switch (text) {
            case "earliest" -> new Earliest();
            case "latest" -> new Latest();
            case String offset when offset.startsWith("offset:") -> new Offset(number(offset));
            case String shift when shift.startsWith("shift:") -> new Shift(number(shift));
            default -> new At(OffsetDateTime.parse(text).toInstant());
        };
    }

    private static long number(String text) {
        return Long.parseLong(text.substring(text.indexOf(':') + 1));
    }
}
