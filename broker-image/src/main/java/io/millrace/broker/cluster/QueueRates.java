package io.millrace.broker.cluster;

import io.millrace.broker.queue.QueueMachine;
import java.util.concurrent.TimeUnit;

/** How fast the counts of a queue go up. Costs nothing while nobody asks: a sample is taken when somebody does. */
final class QueueRates {
    private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private long[] sample = new long[4];
    private double[] perSecond = new double[4];
    private long sampledAt;

    /** @param nowNanos by {@link System#nanoTime}; nothing has been counted yet */
    QueueRates(long nowNanos) {
        sampledAt = nowNanos;
    }

    /** What is in a queue and goes through it; {@code former} of it in topics it had before. */
    QueueCount count(long nowNanos, QueueMachine machine, long former) {
        var tally = machine.tally();
        var flow = flow(nowNanos, machine.published(), tally.delivered(), tally.redelivered(), tally.acknowledged());
        return new QueueCount(
                machine.ready(), machine.unackedCount(), machine.consumers().size(), former, flow);
    }

    /** Each count, and per second since the last sample; the rates are as before when that is less than five seconds old. */
    QueueFlow flow(long nowNanos, long published, long delivered, long redelivered, long acknowledged) {
        long[] counts = {published, delivered, redelivered, acknowledged};
        long passed = nowNanos - sampledAt;
        if (passed >= SAMPLE_NANOS) {
            for (int i = 0; i < counts.length; i++) {
                perSecond[i] = (counts[i] - sample[i]) * (double) TimeUnit.SECONDS.toNanos(1) / passed;
            }
            sample = counts;
            sampledAt = nowNanos;
        }
        return new QueueFlow(meter(counts, 0), meter(counts, 1), meter(counts, 2), meter(counts, 3));
    }

    private QueueFlow.Meter meter(long[] counts, int which) {
        return new QueueFlow.Meter(counts[which], perSecond[which]);
    }
}
