package io.millrace.broker.wire;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.AMQImpl;
import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The codec of RabbitMQ's Java client, and the translation between its values and ours. */
final class Oracle {
    private static final int HEADER_FIXED_BYTES = 12;

    private Oracle() {}

    static byte[] encoded(Method method) {
        var out = Unpooled.buffer();
        method.writeTo(out);
        return ByteBufUtil.getBytes(out);
    }

    static com.rabbitmq.client.impl.Method read(byte[] payload) {
        try {
            return AMQImpl.readMethodFrom(new DataInputStream(new ByteArrayInputStream(payload)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] written(com.rabbitmq.client.impl.Method method) {
        try {
            return method.toFrame(1).getPayload();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static AMQP.BasicProperties readProperties(byte[] flagsAndList) {
        var header = ByteBuffer.allocate(HEADER_FIXED_BYTES + flagsAndList.length)
                .putShort((short) 60)
                .putShort((short) 0)
                .putLong(0)
                .put(flagsAndList)
                .array();
        try {
            return (AMQP.BasicProperties)
                    AMQImpl.readContentHeaderFrom(new DataInputStream(new ByteArrayInputStream(header)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] writtenProperties(AMQP.BasicProperties properties) {
        try {
            var payload = ByteBuffer.wrap(properties.toFrame(1, 0).getPayload());
            var flagsAndList = new byte[payload.remaining() - HEADER_FIXED_BYTES];
            payload.get(HEADER_FIXED_BYTES, flagsAndList);
            return flagsAndList;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static BasicProperties ours(AMQP.BasicProperties theirs) {
        var timestamp = theirs.getTimestamp();
        return new BasicProperties(
                theirs.getContentType(),
                theirs.getContentEncoding(),
                theirs.getHeaders() == null ? null : table(theirs.getHeaders()),
                theirs.getDeliveryMode(),
                theirs.getPriority(),
                theirs.getCorrelationId(),
                theirs.getReplyTo(),
                theirs.getExpiration(),
                theirs.getMessageId(),
                timestamp == null ? null : (Long) timestamp.toInstant().getEpochSecond(),
                theirs.getType(),
                theirs.getUserId(),
                theirs.getAppId(),
                theirs.getClusterId());
    }

    static FieldTable table(Map<String, Object> theirs) {
        var entries = new LinkedHashMap<String, FieldValue>();
        theirs.forEach((key, value) -> entries.put(key, value(value)));
        return FieldTable.of(entries);
    }

    /** A value of amqp-client as ours. */
    @SuppressWarnings("unchecked") // amqp-client's maps are field tables
    static FieldValue value(@Nullable Object theirs) {
        return switch (theirs) {
            case null -> new FieldValue.NoValue();
            case Boolean bool -> new FieldValue.Bool(bool);
            case Byte number -> new FieldValue.Int8(number);
            case Short number -> new FieldValue.Int16(number);
            case Integer number -> new FieldValue.Int32(number);
            case Long number -> new FieldValue.Int64(number);
            case Float number -> new FieldValue.Float32(number);
            case Double number -> new FieldValue.Float64(number);
            case BigDecimal number ->
                new FieldValue.Decimal(number.scale(), number.unscaledValue().intValueExact());
            case Date date -> new FieldValue.Timestamp(date.toInstant().getEpochSecond());
            case com.rabbitmq.client.LongString text -> LongString.of(text.getBytes());
            case byte[] bytes -> new FieldValue.Bytes(LongString.of(bytes));
            case List<?> list ->
                new FieldValue.Array(list.stream().map(Oracle::value).toList());
            case Map<?, ?> map -> table((Map<String, Object>) map);
            default -> throw new AssertionError("no such value: " + theirs.getClass());
        };
    }
}
