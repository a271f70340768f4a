package io.millrace.broker.cluster;

import io.millrace.broker.model.Rates;
import io.millrace.broker.queue.QueueMachine;

/** How fast the counts of a queue go up. */
final class QueueRates {
    private static final int COUNTS = 4;

    private final Rates rates;

    /** @param nowNanos by {@link System#nanoTime}; nothing has been counted yet */
    QueueRates(long nowNanos) {
        rates = new Rates(COUNTS, nowNanos);
    }

    /** What is in a queue and goes through it; {@code former} of it in topics it had before. */
    QueueCount count(long nowNanos, QueueMachine machine, long former) {
        var tally = machine.tally();
        var flow = flow(nowNanos, machine.published(), tally.delivered(), tally.redelivered(), tally.acknowledged());
        return new QueueCount(
                machine.ready(), machine.unackedCount(), machine.consumers().size(), former, flow);
    }

    QueueFlow flow(long nowNanos, long published, long delivered, long redelivered, long acknowledged) {
        var meters = rates.meters(nowNanos, published, delivered, redelivered, acknowledged);
        return new QueueFlow(meters[0], meters[1], meters[2], meters[3]);
    }
}
