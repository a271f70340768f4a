package io.millrace.broker.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelayHeaderTest {
    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of(new FieldValue.Int8((byte) 100), 100),
                Arguments.of(new FieldValue.UInt8(200), 200),
                Arguments.of(new FieldValue.Int16((short) 300), 300),
                Arguments.of(new FieldValue.UInt16(60_000), 60_000),
                Arguments.of(new FieldValue.Int32(5_000), 5_000),
                Arguments.of(new FieldValue.UInt32(4_294_967_295L), 4_294_967_295L),
                Arguments.of(new FieldValue.Int64(4_294_967_295L), 4_294_967_295L),
                Arguments.of(new FieldValue.Int64(4_294_967_296L), 0),
                Arguments.of(new FieldValue.Int32(0), 0),
                Arguments.of(new FieldValue.Int32(-5_000), 0),
                Arguments.of(new FieldValue.Float32(0.9f), 0),
                Arguments.of(new FieldValue.Float64(1_500.9), 1_500),
                Arguments.of(LongString.of("700"), 700),
                Arguments.of(LongString.of("soon"), 0),
                Arguments.of(new FieldValue.Bytes(LongString.of("700")), 700),
                Arguments.of(new FieldValue.Bool(true), 0),
                Arguments.of(new FieldValue.Timestamp(5), 0),
                Arguments.of(new FieldValue.NoValue(), 0));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aDelayIsAPositiveNumberUpToTheLongest(FieldValue value, long delayMs) {
        assertThat(DelayHeader.delayMs(FieldTable.of("x-delay", value))).isEqualTo(delayMs);
    }

    @Test
    void aMessageWithoutTheHeaderIsNotDelayed() {
        assertThat(DelayHeader.delayMs(BasicProperties.EMPTY)).isZero();
        assertThat(DelayHeader.over(BasicProperties.EMPTY)).isEqualTo(BasicProperties.EMPTY);
    }

    @Test
    void afterTheDelayTheHeaderIsNegative() {
        var headers = FieldTable.of("x-delay", new FieldValue.Int32(5_000)).with("other", LongString.of("stays"));

        var over = DelayHeader.over(BasicProperties.EMPTY.withHeaders(headers));

        assertThat(over.headers()).isEqualTo(headers.with("x-delay", new FieldValue.Int64(-5_000)));
        assertThat(DelayHeader.delayMs(over)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "", "5s", "99999999999999999999"})
    void aTextThatIsNoNumberIsUnreadable(String text) {
        assertThat(DelayHeader.isUnreadable(FieldTable.of("x-delay", LongString.of(text))))
                .isTrue();
    }

    @Test
    void whatIsNoTextIsReadableOrNoDelay() {
        assertThat(DelayHeader.isUnreadable(FieldTable.EMPTY)).isFalse();
        assertThat(DelayHeader.isUnreadable(FieldTable.of("x-delay", new FieldValue.Bool(true))))
                .isFalse();
        assertThat(DelayHeader.isUnreadable(FieldTable.of("x-delay", LongString.of("-7"))))
                .isFalse();
    }
}
