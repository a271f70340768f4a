package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpaceReturnTest {
    private static final long MIB = 1 << 20;

    @Test
    void aLittleIsNotWorthARequest() {
        var space = new SpaceReturn(0, 0);

        assertThat(space.isWorth(10, MIB - 1)).isFalse();
        assertThat(space.isWorth(10, MIB)).isTrue();
        assertThat(space.isUrgent(10, MIB)).isFalse();
        assertThat(space.isUrgent(10, 64 * MIB)).isTrue();
    }

    @Test
    void nothingIsGivenBackAboveAMessageThatStaysUnacknowledged() {
        var space = new SpaceReturn(7, 7);

        assertThat(space.isWorth(7, 1_000 * MIB)).isFalse();
        assertThat(space.isUrgent(7, 1_000 * MIB)).isFalse();
    }

    @Test
    void countingBeginsAnewAfterAReturn() {
        var space = new SpaceReturn(0, 0);

        space.returned(10, 5 * MIB);

        assertThat(space.isWorth(10, 9 * MIB)).isFalse();
        assertThat(space.isWorth(11, 5 * MIB + 1)).isFalse();
        assertThat(space.isWorth(11, 6 * MIB)).isTrue();
    }

    @Test
    void whatAnEarlierOwnerDidNotGiveBackCounts() {
        assertThat(new SpaceReturn(0, 1_023).isWorth(1_023, 0)).isFalse();
        assertThat(new SpaceReturn(0, 1_024).isWorth(1_024, 0)).isTrue();
    }
}
