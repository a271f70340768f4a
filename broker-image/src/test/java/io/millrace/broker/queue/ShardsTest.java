package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.Message;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which group key a message has, and which shard a key. */
class ShardsTest {
    private static Message message(FieldTable headers) {
        return new Message(
                "", "route", BasicProperties.EMPTY.withHeaders(headers).encode(), new byte[1], Message.NEVER, 0);
    }

    @Test
    void theKeyIsTheHeader() {
        var message = message(FieldTable.of("x-group-key", LongString.of("customer 7")));

        assertThat(Shards.keyOf(message)).hasToString("customer 7");
    }

    @Test
    void withoutTheHeaderItIsTheRoutingKey() {
        assertThat(Shards.keyOf(message(FieldTable.of("other", LongString.of("x")))))
                .hasToString("route");
        assertThat(Shards.keyOf(new Message("", "route", new byte[2], new byte[0], Message.NEVER, 0)))
                .hasToString("route");
    }

    @Test
    void aRecordOfAKafkaProducerBringsItsKey() {
        var bytes = new byte[] {1, (byte) 0xff, 0};

        assertThat(Shards.keyOf(message(FieldTable.of("x-kafka-key", LongString.of(bytes)))))
                .isEqualTo(LongString.of(bytes));
    }

    static Stream<Arguments> scalars() {
        return Stream.of(
                Arguments.of(new FieldValue.Int32(-7), "-7"),
                Arguments.of(new FieldValue.UInt32(4_000_000_000L), "4000000000"),
                Arguments.of(new FieldValue.Bool(true), "true"),
                Arguments.of(new FieldValue.Float64(1.5), "1.5"),
                Arguments.of(new FieldValue.Decimal(2, 1234), "12.34"),
                Arguments.of(new FieldValue.Timestamp(99), "99"),
                Arguments.of(new FieldValue.Bytes(LongString.of("b")), "b"));
    }

    @ParameterizedTest
    @MethodSource("scalars")
    void anotherScalarCountsByItsText(FieldValue value, String key) {
        assertThat(Shards.keyOf(message(FieldTable.of("x-group-key", value)))).hasToString(key);
    }

    @Test
    void whatIsNoScalarDoesNotCount() {
        for (var value : List.of(new FieldValue.Array(List.of()), FieldTable.EMPTY, new FieldValue.NoValue())) {
            assertThat(Shards.keyOf(message(FieldTable.of("x-group-key", value))))
                    .hasToString("route");
        }
    }

    @Test
    void malformedPropertiesLeaveTheRoutingKey() {
        var broken = new Message("", "route", new byte[] {0x20, 0, 0, 0, 0, 9}, new byte[0], Message.NEVER, 0);

        assertThat(Shards.keyOf(broken)).hasToString("route");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "customer 7", "žluťoučký kůň"})
    void aKeyHasThePartitionThatKafkasProducerGivesIt(String text) {
        var key = LongString.of(text);

        for (int shards = 1; shards <= Shards.MOST; shards++) {
            assertThat(new Shards(shards).shardOf(key))
                    .isEqualTo(Utils.toPositive(Utils.murmur2(key.bytes())) % shards);
        }
    }

    @Test
    void thereAreNoMoreThanAQueueMayHave() {
        assertThatThrownBy(() -> new Shards(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Shards(65)).isInstanceOf(IllegalArgumentException.class);
    }
}
