package io.millrace.broker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaxAgeTest {
    @ParameterizedTest
    @CsvSource({"1s, 1000", "2m, 120000", "1h, 3600000", "7D, 604800000", "1M, 2592000000", "1Y, 31536000000"})
    void aNumberAndAUnitAreASpan(String text, long spanMs) {
        assertThat(MaxAge.parseMs(text)).hasValue(spanMs);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "D", "0s", "1w", "-1s", "1.5h", " 1s", "1s ", "99999999999s"})
    void everythingElseIsNone(String text) {
        assertThat(MaxAge.parseMs(text)).isEmpty();
    }
}
