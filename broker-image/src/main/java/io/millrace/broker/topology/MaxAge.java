package io.millrace.broker.topology;

import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Spans of time as RabbitMQ's streams have them: a number and {@code Y}, {@code M}, {@code D}, {@code h}, {@code m} or {@code s}. */
public final class MaxAge {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})([YMDhms])");
    private static final long SECOND_MS = 1_000;
    private static final long DAY_MS = 86_400 * SECOND_MS;
    private static final Map<String, Long> UNITS_MS = Map.of(
            "Y", 365 * DAY_MS, "M", 30 * DAY_MS, "D", DAY_MS, "h", DAY_MS / 24, "m", 60 * SECOND_MS, "s", SECOND_MS);

    private MaxAge() {}

    /** The span in milliseconds; empty if the text is none, or zero. */
    public static OptionalLong parseMs(String text) {
        var parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return OptionalLong.empty();
        }
        long span = Long.parseLong(parts.group(1)) * UNITS_MS.getOrDefault(parts.group(2), 0L);
        return span == 0 ? OptionalLong.empty() : OptionalLong.of(span);
    }
}
