package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndHistoryTest {

    @Test
    void ageIsInterpolatedBetweenTwoLooks() {
        var history = EndHistory.empty().with(1_000, 0).with(2_000, 100).with(3_000, 200);

        assertThat(history.ageOf(150, 3_000)).contains(500L);
        assertThat(history.ageOf(200, 3_000)).isEmpty();
    }

    @Test
    void recordOlderThanTheHistoryIsAtLeastAsOld() {
        var history = EndHistory.empty().with(1_000, 50).with(2_000, 100);

        assertThat(history.ageOf(10, 5_000)).contains(4_000L);
    }

    @Test
    void ageGrowsWhileNothingIsWritten() {
        var history = EndHistory.empty().with(1_000, 0).with(2_000, 100);
        for (long now = 3_000; now < 1_000_000; now += 1_000) {
            history = history.with(now, 100);
        }

        assertThat(history.ageOf(50, 1_000_000)).contains(998_500L);
    }

    @Test
    void topicMadeAnewBeginsAnew() {
        var history = EndHistory.empty().with(1_000, 500).with(2_000, 3);

        assertThat(history.ageOf(1, 2_500)).contains(500L);
    }

    @Test
    void historyStaysSmallAndReachesBack() {
        var history = EndHistory.empty();
        for (long second = 0; second < 10_000; second++) {
            history = history.with(second * 1_000, second);
        }

        var age = history.ageOf(5_000, 10_000_000).orElseThrow();
        assertThat(age).isBetween(4_000_000L, 5_100_000L);
    }
}
