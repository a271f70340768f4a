package io.millrace.broker.queue;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.Message;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/**
 * The shards of a queue with group keys ({@code x-shards}): each key belongs to one, by the hash that Kafka's default partitioner uses, so that a Kafka producer which
 * writes under the same key writes to the same shard.
 *
 * @param levels how many shards there are, 1 to {@link #MOST}
 */
public record Shards(int levels) implements Partitioning {
    /** As many as the partitions a queue may have. */
    public static final int MOST = 64;

    private static final String GROUP_KEY = "x-group-key";

    /** The key of a record that a Kafka producer wrote. */
    private static final String RECORD_KEY = "x-kafka-key";

    public Shards {
        if (levels < 1 || levels > MOST) {
            throw new IllegalArgumentException(levels + " shards are not between 1 and " + MOST);
        }
    }

    @Override
    public int levelOf(Message message) {
        return shardOf(keyOf(message));
    }

    /** The shard of a key. */
    public int shardOf(LongString key) {
        return (Murmur2.hash(key.bytes()) & Integer.MAX_VALUE) % levels;
    }

    /**
     * The group key of a message: its header {@code x-group-key}, a string or another scalar by its text; else {@code x-kafka-key}, which a record of a Kafka producer
     * brings; else its routing key.
     */
    public static LongString keyOf(Message message) {
        return headers(message)
                .flatMap(headers -> headers.get(GROUP_KEY)
                        .flatMap(Shards::scalar)
                        .or(() -> headers.get(RECORD_KEY).flatMap(Shards::scalar)))
                .orElseGet(() -> LongString.of(message.routingKey()));
    }

    private static Optional<FieldTable> headers(Message message) {
        if ((message.properties()[0] << Byte.SIZE & BasicProperties.HEADERS) == 0) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(
                    BasicProperties.decode(message.properties()).headers());
        } catch (AmqpError e) {
            return Optional.empty(); // a stranger may write what he likes into the log
        }
    }

    private static Optional<LongString> scalar(FieldValue value) {
        return switch (value) {
            case LongString text -> Optional.of(text);
            case FieldValue.Bytes(var bytes) -> Optional.of(bytes);
            case FieldValue.Whole number -> text(number.asLong());
            case FieldValue.Bool(var bool) -> text(bool);
            case FieldValue.Float32(var number) -> text(number);
            case FieldValue.Float64(var number) -> text(number);
            case FieldValue.Decimal(var scale, var unscaled) ->
                text(new BigDecimal(BigInteger.valueOf(unscaled), scale).toPlainString());
            case FieldValue.Timestamp(var seconds) -> text(seconds);
            case FieldTable table -> Optional.empty();
            case FieldValue.Array array -> Optional.empty();
            case FieldValue.NoValue nothing -> Optional.empty();
        };
    }

    private static Optional<LongString> text(Object value) {
        return Optional.of(LongString.of(value.toString()));
    }
}
