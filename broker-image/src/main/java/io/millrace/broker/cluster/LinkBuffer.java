package io.millrace.broker.cluster;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.Message;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads and writes the values that link messages are made of: big-endian numbers, strings and bytes with their length in front. */
record LinkBuffer(ByteBuf buffer) {
    boolean isAtEnd() {
        return !buffer.isReadable();
    }

    void number(long value) {
        buffer.writeLong(value);
    }

    long number() {
        return buffer.readLong();
    }

    void small(int value) {
        buffer.writeByte(value);
    }

    int small() {
        return buffer.readUnsignedByte();
    }

    void flag(boolean value) {
        buffer.writeBoolean(value);
    }

    boolean flag() {
        return buffer.readBoolean();
    }

    void text(String value) {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    void optionalText(@Nullable String value) {
        flag(value != null);
        if (value != null) {
            text(value);
        }
    }

    @Nullable
    String optionalText() {
        return flag() ? text() : null;
    }

    void bytes(byte[] value) {
        buffer.writeInt(value.length);
        buffer.writeBytes(value);
    }

    byte[] bytes() {
        int length = buffer.readInt();
        if (length < 0 || length > buffer.readableBytes()) {
            throw new IllegalArgumentException("a link message with a length of " + length);
        }
        byte[] value = new byte[length];
        buffer.readBytes(value);
        return value;
    }

    void numbers(long[] values) {
        buffer.writeInt(values.length);
        for (long value : values) {
            buffer.writeLong(value);
        }
    }

    long[] numbers() {
        int count = buffer.readInt();
        if (count < 0 || (long) count * Long.BYTES > buffer.readableBytes()) {
            throw new IllegalArgumentException("a link message with " + count + " numbers");
        }
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = buffer.readLong();
        }
        return values;
    }

    void table(FieldTable table) {
        bytes(table.encode());
    }

    FieldTable table() {
        return FieldTable.decode(bytes());
    }

    void message(Message message) {
        text(message.exchange());
        text(message.routingKey());
        bytes(message.properties());
        bytes(message.body());
        number(message.expiresAtMs());
        number(message.timestampMs());
    }

    Message message() {
        return new Message(text(), text(), bytes(), bytes(), number(), number());
    }
}
