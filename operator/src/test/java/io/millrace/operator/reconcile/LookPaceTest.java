package io.millrace.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LookPaceTest {

    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofSeconds(25);
    private static final LookPace PACE = new LookPace(PERIOD, LONGEST);

    @Test
    void shortLooksFollowEachOtherInTheirPeriod() {
        assertThat(PACE.between(Duration.ofMillis(20), 0)).isEqualTo(PERIOD);
    }

    @Test
    void longLooksAreRarerSoThatTheyTakeATwentiethOfTheTime() {
        assertThat(PACE.between(Duration.ofMillis(750), 0)).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void whatOthersChangeIsFoundHoweverLongALookTakes() {
        assertThat(PACE.between(Duration.ofSeconds(3), 0)).isEqualTo(LONGEST);
        assertThat(LookPace.steady(PERIOD).between(Duration.ofSeconds(3), 0)).isEqualTo(PERIOD);
    }

    @Test
    void aClusterThatDoesNotAnswerIsAskedEverMoreRarely() {
        assertThat(PACE.between(Duration.ofSeconds(10), 1)).isEqualTo(Duration.ofSeconds(10));
        assertThat(PACE.between(Duration.ofSeconds(10), 2)).isEqualTo(Duration.ofSeconds(20));
        assertThat(PACE.between(Duration.ofSeconds(10), 1000)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void failuresNeverMakeLooksMoreFrequent() {
        var rare = LookPace.steady(Duration.ofMinutes(5));
        assertThat(rare.between(Duration.ofSeconds(10), 3)).isEqualTo(Duration.ofMinutes(5));
    }
}
