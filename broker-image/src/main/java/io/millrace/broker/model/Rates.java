package io.millrace.broker.model;

import java.time.Duration;

/** How fast counts go up. Costs nothing while nobody asks: a sample is taken when somebody does. Of one thread. */
public final class Rates {
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long SAMPLE_NANOS = 5 * SECOND_NANOS;

    private long[] sample;
    private double[] perSecond;
    private long sampledAt;

    /**
     * Begins with nothing counted.
     *
     * @param counts how many counts there are
     * @param nowNanos by a clock that only goes forward
     */
    public Rates(int counts, long nowNanos) {
        sample = new long[counts];
        perSecond = new double[counts];
        sampledAt = nowNanos;
    }

    /** Each count, and per second since the last sample; the rates are as before when that is less than five seconds old. */
    public Meter[] meters(long nowNanos, long... counts) {
        long passed = nowNanos - sampledAt;
        if (passed >= SAMPLE_NANOS) {
            for (int i = 0; i < counts.length; i++) {
                perSecond[i] = (counts[i] - sample[i]) * (double) SECOND_NANOS / passed;
            }
            sample = counts.clone();
            sampledAt = nowNanos;
        }
        var meters = new Meter[counts.length];
        for (int i = 0; i < counts.length; i++) {
            meters[i] = new Meter(counts[i], perSecond[i]);
        }
        return meters;
    }
}
