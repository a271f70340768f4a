package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Message ids that were published lately. */
class RecentIdsTest {
    private final RecentIds ids = new RecentIds(100, 3);

    @Test
    void anIdIsKnownForTheWindow() {
        ids.add("a", 1_000);

        assertThat(ids.isKnown("a", 1_099)).isTrue();
        assertThat(ids.isKnown("a", 1_100)).isFalse();
        assertThat(ids.isKnown("b", 1_000)).isFalse();
    }

    @Test
    void whatIsOlderThanTheWindowIsForgotten() {
        ids.add("a", 1_000);
        ids.add("b", 1_050);

        ids.add("c", 1_100);

        assertThat(ids.size()).isEqualTo(2);
    }

    @Test
    void anIdThatComesAgainAfterItsTimeBeginsANewWindow() {
        ids.add("a", 1_000);
        ids.add("a", 1_100);

        assertThat(ids.isKnown("a", 1_199)).isTrue();
        assertThat(ids.size()).isEqualTo(1);
    }

    @Test
    void beyondTheRoomTheFirstAreForgottenAndThatIsSaid() {
        assertThat(ids.add("a", 1_000)).isTrue();
        assertThat(ids.add("b", 1_001)).isTrue();
        assertThat(ids.add("c", 1_002)).isTrue();
        assertThat(ids.add("d", 1_003)).isFalse();

        assertThat(ids.isKnown("a", 1_004)).isFalse();
        assertThat(ids.isKnown("d", 1_004)).isTrue();
    }
}
