package io.millrace.operator.status;

import io.millrace.api.v1alpha1.ConsumerGroupStatus;
import io.millrace.api.v1alpha1.LagThresholds;
import io.millrace.api.v1alpha1.ResetStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides when a shown lag is too far from the true one, how it is put into words, and whether it is too much. */
public final class LagDisplay {

    private static final long TOLERANCE = 10;

    private LagDisplay() {}

    /** Returns whether the difference is worth a write: more than a tenth (and ten), or from or to nothing. */
    public static boolean differs(@Nullable Long shown, @Nullable Long actual) {
        if (shown == null || actual == null) {
            return !Objects.equals(shown, actual);
        }
        if ((shown == 0) != (actual == 0)) {
            return true;
        }
        var difference = Math.abs(shown - actual);
        return difference >= TOLERANCE && difference * 10 > Math.max(shown, actual);
    }

    /** Returns whether a new status of a group says something worth a write. */
    public static boolean differs(@Nullable ConsumerGroupStatus old, ConsumerGroupStatus fresh) {
        return old == null
                || differs(old.lag(), fresh.lag())
                || differs(old.lagSeconds(), fresh.lagSeconds())
                || !Objects.equals(old.state(), fresh.state())
                || !Objects.equals(old.members(), fresh.members())
                || !Objects.equals(old.trend(), fresh.trend())
                || !Objects.equals(old.topics(), fresh.topics())
                || !Objects.equals(old.observedGeneration(), fresh.observedGeneration())
                || differs(old.reset(), fresh.reset())
                || !sameConditions(old, fresh);
    }

    /** What a reset would do changes with every record; it is told again when it is something else by a tenth. */
    private static boolean differs(@Nullable ResetStatus old, @Nullable ResetStatus fresh) {
        if (old == null || fresh == null) {
            return (old == null) != (fresh == null);
        }
        return !old.hash().equals(fresh.hash())
                || old.state() != fresh.state()
                || differs(old.again(), fresh.again())
                || differs(old.skipped(), fresh.skipped())
                || (fresh.again() == null && !Objects.equals(old.message(), fresh.message()));
    }

    /** The message repeats the figures, so it does not count. */
    private static boolean sameConditions(ConsumerGroupStatus old, ConsumerGroupStatus fresh) {
        var before = old.conditions();
        var after = fresh.conditions();
        if (before == null || after == null) {
            return before == after;
        }
        return before.stream()
                .map(condition -> condition.type() + condition.status() + condition.reason())
                .toList()
                .equals(after.stream()
                        .map(condition -> condition.type() + condition.status() + condition.reason())
                        .toList());
    }

    /** Writes seconds as people do: 45s, 3m20s, 2h5m, 4d3h. */
    public static String words(long seconds) {
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m" + seconds % 60 + "s";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + "h" + seconds % 3600 / 60 + "m";
        }
        return seconds / 86_400 + "d" + seconds % 86_400 / 3600 + "h";
    }

    /** Says since when a lag is not known any more. */
    public static String stale(@Nullable Instant since, String why) {
        return "figures are those of %s: %s"
                .formatted(
                        since == null ? "a time before this operator began" : since.truncatedTo(ChronoUnit.SECONDS),
                        why);
    }

    /** Judges a lag by its thresholds. */
    public static Standing judge(long lag, @Nullable Long lagSeconds, @Nullable LagThresholds thresholds) {
        var text = "%d records behind%s".formatted(lag, lagSeconds == null ? "" : ", " + words(lagSeconds));
        if (thresholds == null) {
            return Standing.ready(text);
        }
        var seconds = lagSeconds == null ? 0 : lagSeconds;
        if (above(lag, thresholds.critical()) || above(seconds, thresholds.criticalSeconds())) {
            return Standing.notReady(Reason.LAG_CRITICAL, text);
        }
        if (above(lag, thresholds.warn()) || above(seconds, thresholds.warnSeconds())) {
            return Standing.degraded(Reason.LAG_HIGH, text);
        }
        return Standing.ready(text);
    }

    private static boolean above(long value, @Nullable Long threshold) {
        return threshold != null && value > threshold;
    }
}
