package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done to the cluster {@code orders} while both protocols are used, and must cost nobody a message. */
final class UnderLoad {
    static final int PER_SECOND = 200;
    private static final Logger LOG = LoggerFactory.getLogger(UnderLoad.class);

    private final List<Load> loads;

    private UnderLoad(List<Load> loads) {
        this.loads = loads;
    }

    /** Something that is done meanwhile. */
    interface Change {
        void under(UnderLoad load) throws Exception;
    }

    /** Makes a change; nothing that was confirmed may be missing afterwards, nothing have failed, and no record be out of order. */
    static void change(String name, Change change) throws Exception {
        Orders.queue(name);
        Orders.topic(name, "partitions: 8");
        try (var messages = new Load("messages", new QueueTraffic(name, PER_SECOND)).startReading();
                var records = new Load("records", new StreamTraffic(name, PER_SECOND)).startReading()) {
            var load = new UnderLoad(List.of(messages, records));
            load.awaitMore();

            change.under(load);

            for (var each : load.loads) {
                assertThat(drain(each).failed()).as(each.name()).isZero();
            }
            assertThat(records.ledger().disorder()).isEmpty();
        }
    }

    /** Ends a load, and tells what came of it: nothing that was confirmed may be missing. */
    static Ledger drain(Load load) throws InterruptedException {
        var ledger = load.drain();
        LOG.info(
                "{}: {} confirmed, {} duplicates, {} failed",
                load.name(),
                ledger.confirmed(),
                ledger.duplicates(),
                ledger.failed());
        assertThat(ledger.missing()).as(load.name()).isEmpty();
        return ledger;
    }

    /** Waits until a second's worth has been confirmed from now on. */
    void awaitMore() {
        var before = loads.stream().map(load -> load.ledger().confirmed()).toList();
        for (int i = 0; i < loads.size(); i++) {
            loads.get(i).awaitConfirmed(before.get(i) + PER_SECOND);
        }
    }

    /** Does it, and tells how long it took and how long clients were without a confirmation. */
    void timed(String what, Runnable change) {
        loads.forEach(load -> load.ledger().takeLongestSilence());
        var begin = System.nanoTime();
        change.run();
        LOG.info(
                "{} in {} s; longest without a confirmation, in ms: {}",
                what,
                Duration.ofNanos(System.nanoTime() - begin).toSeconds(),
                loads.stream()
                        .map(load -> load.ledger().takeLongestSilence().toMillis())
                        .toList());
    }
}
