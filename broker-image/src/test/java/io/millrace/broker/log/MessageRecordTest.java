package io.millrace.broker.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.Message;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Messages as records, and records that were none. */
class MessageRecordTest {
    private static final LogPart PART = new LogPart("q._2f.orders", 2);

    private static FieldTable headers(Message message) {
        return Objects.requireNonNull(
                BasicProperties.decode(message.properties()).headers());
    }

    @Test
    void aMessageComesBackAsItWas() {
        var message = new Message("ex", "key", new byte[] {0, 0}, "body".getBytes(UTF_8), 99, 7);
        var log = new LogRecord(5, 7, null, message.body(), MessageRecord.headers(message));

        assertThat(MessageRecord.read(PART, log)).isEqualTo(message);
    }

    @Test
    void aRecordOfAKafkaProducerTellsWhereItLiesAndWhatItCarries() {
        var header = new Header("trace", "abc".getBytes(UTF_8));
        var log = new LogRecord(5, 7_000, "key".getBytes(UTF_8), "body".getBytes(UTF_8), List.of(header));

        var message = MessageRecord.read(PART, log);

        assertThat(message.body()).asString(UTF_8).isEqualTo("body");
        var properties = BasicProperties.decode(message.properties());
        assertThat(properties.deliveryMode()).isEqualTo(2);
        assertThat(properties.timestamp()).isEqualTo(7);
        assertThat(headers(message))
                .isEqualTo(FieldTable.of("trace", LongString.of("abc"))
                        .with("x-kafka-topic", LongString.of("q._2f.orders"))
                        .with("x-kafka-partition", new FieldValue.Int32(2))
                        .with("x-kafka-offset", new FieldValue.Int64(5))
                        .with("x-kafka-key", LongString.of("key")));
    }

    @Test
    void aRecordWithoutKeyAndValueIsAnEmptyMessage() {
        var message = MessageRecord.read(PART, new LogRecord(0, 0, null, null, List.of()));

        assertThat(message.body()).isEmpty();
        assertThat(headers(message).get("x-kafka-key")).isEmpty();
    }

    @Test
    void headersThatFitNoFrameAreLeftOut() {
        var large = new Header("large", new byte[70_000]);
        var longName = new Header("n".repeat(256), new byte[1]);
        var small = new Header("small", new byte[1]);
        var log = new LogRecord(0, 0, null, null, List.of(large, longName, small));

        assertThat(headers(MessageRecord.read(PART, log)).entries())
                .containsKey("small")
                .doesNotContainKeys("large", "n".repeat(256));
    }
}
