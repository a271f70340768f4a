package io.millrace.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.LagThresholds;
import org.junit.jupiter.api.Test;

class LagDisplayTest {

    @Test
    void aTenthAndTenOrFromAndToNothingIsWorthAWrite() {
        assertThat(LagDisplay.differs(0L, 1L)).isTrue();
        assertThat(LagDisplay.differs(1L, 0L)).isTrue();
        assertThat(LagDisplay.differs(5L, 9L)).isFalse();
        assertThat(LagDisplay.differs(1000L, 1099L)).isFalse();
        assertThat(LagDisplay.differs(1000L, 1200L)).isTrue();
        assertThat(LagDisplay.differs(null, 0L)).isTrue();
    }

    @Test
    void durationsAreWrittenAsPeopleDo() {
        assertThat(LagDisplay.words(45)).isEqualTo("45s");
        assertThat(LagDisplay.words(200)).isEqualTo("3m20s");
        assertThat(LagDisplay.words(7_500)).isEqualTo("2h5m");
        assertThat(LagDisplay.words(356_400)).isEqualTo("4d3h");
    }

    @Test
    void thresholdsJudge() {
        var thresholds = new LagThresholds(10L, 100L, 60L, 600L);

        assertThat(LagDisplay.judge(5, 5L, thresholds).degraded()).isNull();
        assertThat(LagDisplay.judge(11, 5L, thresholds).degraded()).isNotNull();
        assertThat(LagDisplay.judge(5, 61L, thresholds).degraded()).isNotNull();
        assertThat(LagDisplay.judge(101, 5L, thresholds).ready()).isFalse();
        assertThat(LagDisplay.judge(5, 601L, thresholds).reason()).isEqualTo(Reason.LAG_CRITICAL);
    }
}
