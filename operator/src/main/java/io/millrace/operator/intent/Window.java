package io.millrace.operator.intent;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When something may be done that is done once.
 *
 * @param from not before
 * @param until not later
 */
public record Window(Instant from, Instant until) {

    private static final int DEFAULT_DEADLINE_SECONDS = 3600;

    /**
     * Reads it.
     *
     * @throws java.time.DateTimeException if the time is none
     */
    static Window of(String requestedAt, @Nullable Integer deadlineSeconds) {
        var from = OffsetDateTime.parse(requestedAt).toInstant();
        return new Window(
                from, from.plusSeconds(Objects.requireNonNullElse(deadlineSeconds, DEFAULT_DEADLINE_SECONDS)));
    }

    /** Whether it is too late. */
    public boolean isOver(Instant now) {
        return now.isAfter(until);
    }

    /** Whether it is too early. */
    public boolean isAhead(Instant now) {
        return now.isBefore(from);
    }
}
