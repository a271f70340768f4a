package io.millrace.operator.intent;

import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.regex.Pattern;

/** Reads durations and sizes as the CRDs allow them. */
final class Units {

    private static final Pattern DURATION = Pattern.compile("([0-9]+)(ms|s|m|h|d)?");

    private Units() {}

    /** Reads 500ms, 30s, 15m, 12h, 7d or 0. */
    static Duration duration(String text) {
        var matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a duration: " + text);
        }
        var amount = Long.parseLong(matcher.group(1));
        return switch (String.valueOf(matcher.group(2))) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofMillis(amount);
        };
    }

    /** Reads 512Mi, 10Gi or a number of bytes. */
    static long bytes(String text) {
        return Quantity.getAmountInBytes(new Quantity(text)).longValueExact();
    }
}
