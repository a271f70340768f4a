package io.millrace.operator.reconcile;

import java.time.Duration;

/**
 * How often a cluster is looked at.
 *
 * @param period the time from one look to the next, where looks are short
 * @param longest the same where they are long: what others change is still found in time
 */
record LookPace(Duration period, Duration longest) {

    /** A look takes at most this part of the time, half of it waiting: so a process at rest costs next to nothing. */
    private static final int SHARE = 20;

    private static final Duration LONGEST_AFTER_FAILURES = Duration.ofMinutes(1);
    private static final int MOST_DOUBLINGS = 10;

    /** One that keeps its period, however long a look takes. */
    static LookPace steady(Duration period) {
        return new LookPace(period, period);
    }

    /**
     * Returns how much later than the last look the next one begins.
     *
     * @param took how long the last one took
     * @param failures how many have failed since the last that did not
     */
    Duration between(Duration took, int failures) {
        if (failures > 0) {
            var backOff = period.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
            return shorter(backOff, longer(LONGEST_AFTER_FAILURES, period));
        }
        return longer(period, shorter(took.multipliedBy(SHARE), longest));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
