package io.millrace.broker.server;

import io.millrace.broker.model.Rates;
import java.util.concurrent.atomic.LongAdder;

/** What went over the sockets of several connections, those that are gone too. Never goes back. Safe for any thread. */
final class TrafficTotal {
    private static final int COUNTS = 2;

    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final Rates rates = new Rates(COUNTS, System.nanoTime());

    void received(long octets, long times) {
        received.add(octets);
        reads.add(times);
    }

    void sent(long octets, long buffers) {
        sent.add(octets);
        writes.add(buffers);
    }

    synchronized Traffic now() {
        var meters = rates.meters(System.nanoTime(), received.sum(), sent.sum());
        return new Traffic(meters[0], meters[1], reads.sum(), writes.sum());
    }
}
