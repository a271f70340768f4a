package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.Meter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rates of a queue, as they are asked for. */
class QueueRatesTest {
    private static final long BEGIN = Long.MAX_VALUE - 1; // nanoTime may overflow

    private final QueueRates rates = new QueueRates(BEGIN);

    private QueueFlow at(int seconds, long published, long acknowledged) {
        return rates.flow(BEGIN + TimeUnit.SECONDS.toNanos(seconds), published, 0, 0, acknowledged);
    }

    @Test
    void aRateIsWhatCameSinceItWasLastAskedFor() {
        assertThat(at(10, 100, 0).published()).isEqualTo(new Meter(100, 10));
        var later = at(20, 300, 50);
        assertThat(later.published()).isEqualTo(new Meter(300, 20));
        assertThat(later.acknowledged()).isEqualTo(new Meter(50, 5));
        assertThat(later.delivered()).isEqualTo(new Meter(0, 0));
        assertThat(at(30, 300, 50).published().perSecond()).isZero();
    }

    @Test
    void itIsTheOldOneForFiveSeconds() {
        assertThat(at(4, 100, 0).published()).isEqualTo(new Meter(100, 0));
        assertThat(at(5, 100, 0).published()).isEqualTo(new Meter(100, 20));
        assertThat(at(9, 1_000, 0).published()).isEqualTo(new Meter(1_000, 20));
        assertThat(at(10, 1_100, 0).published()).isEqualTo(new Meter(1_100, 200));
    }
}
