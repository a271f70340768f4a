package io.millrace.broker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldTableTest {
    @ParameterizedTest
    @CsvSource({
        "t, 01, Bool[value=true]",
        "b, ff, Int8[value=-1]",
        "B, ff, UInt8[value=255]",
        "s, ffff, Int16[value=-1]",
        "u, ffff, UInt16[value=65535]",
        "I, ffffffff, Int32[value=-1]",
        "i, ffffffff, UInt32[value=4294967295]",
        "l, ffffffffffffffff, Int64[value=-1]",
        "L, ffffffffffffffff, Int64[value=-1]",
        "f, 3f800000, Float32[value=1.0]",
        "d, 3ff0000000000000, Float64[value=1.0]",
        "D, 020000007b, 'Decimal[scale=2, unscaled=123]'",
        "S, 0000000161, a",
        "x, 0000000161, Bytes[value=a]",
        "A, 000000027401, Array[values=[Bool[value=true]]]",
        "T, 0000000000000001, Timestamp[seconds=1]",
        "F, 00000003016b56, '{k=NoValue[]}'",
        "V, '', NoValue[]",
    })
    void everyTypeTagOfRabbitMqIsRead(char tag, String hex, String value) {
        var bytes = HexFormat.of().parseHex("016b" + HexFormat.of().toHexDigits((byte) tag) + hex);

        assertThat(FieldTable.decode(bytes).get("k")).hasToString("Optional[" + value + "]");
    }

    @Test
    void nestingDeeperThanTheLimitIsRefused() {
        var allowed = nested(FieldTable.MAX_DEPTH);
        assertThat(FieldTable.decode(allowed.encode())).isEqualTo(allowed);

        var bytes = nested(FieldTable.MAX_DEPTH + 1).encode();
        assertThatThrownBy(() -> FieldTable.decode(bytes)).isInstanceOf(ConnectionError.class);
    }

    @Test
    void ofEntriesWithTheSameKeyTheFirstCounts() {
        var twice = HexFormat.of().parseHex("016b7401016b7400");

        assertThat(FieldTable.decode(twice)).isEqualTo(FieldTable.of("k", new FieldValue.Bool(true)));
    }

    @Test
    void theOrderOfEntriesIsKept() {
        var table = FieldTable.EMPTY
                .with("z", new FieldValue.NoValue())
                .with("a", new FieldValue.NoValue())
                .with("m", new FieldValue.NoValue());

        assertThat(FieldTable.decode(table.encode()).entries().keySet()).containsExactly("z", "a", "m");
    }

    private static FieldTable nested(int depth) {
        return IntStream.range(1, depth)
                .boxed()
                .reduce(
                        FieldTable.of("k", new FieldValue.NoValue()),
                        (inner, level) -> FieldTable.of("k", inner),
                        (left, right) -> left);
    }
}
