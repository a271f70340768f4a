package io.millrace.broker.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes AMQP's field values into a growing array. */
final class FieldWriter {
    private static final int LONGEST_SHORT_STRING = 255;

    private ByteBuffer out;

    FieldWriter(int expectedBytes) {
        out = ByteBuffer.allocate(Math.max(16, expectedBytes));
    }

    byte[] toByteArray() {
        return Arrays.copyOf(out.array(), out.position());
    }

    /** A table with its length in front. */
    void table(FieldTable table) {
        var start = begin();
        entries(table);
        end(start);
    }

    void entries(FieldTable table) {
        table.entries().forEach((key, value) -> {
            shortString(key);
            value(value);
        });
    }

    private void value(FieldValue value) {
        switch (value) {
            case FieldValue.Bool(var bool) -> tag('t').put((byte) (bool ? 1 : 0));
            case FieldValue.Int8(var number) -> tag('b').put(number);
            case FieldValue.UInt8(var number) -> tag('B').put((byte) number);
            case FieldValue.Int16(var number) -> tag('s').putShort(number);
            case FieldValue.UInt16(var number) -> tag('u').putShort((short) number);
            case FieldValue.Int32(var number) -> tag('I').putInt(number);
            case FieldValue.UInt32(var number) -> tag('i').putInt((int) number);
            case FieldValue.Int64(var number) -> tag('l').putLong(number);
            case FieldValue.Float32(var number) -> tag('f').putFloat(number);
            case FieldValue.Float64(var number) -> tag('d').putDouble(number);
            case FieldValue.Decimal(var scale, var unscaled) ->
                tag('D').put((byte) scale).putInt(unscaled);
            case FieldValue.Timestamp(var seconds) -> tag('T').putLong(seconds);
            case FieldValue.NoValue() -> tag('V');
            case LongString text -> counted('S', text.sharedBytes());
            case FieldValue.Bytes(var binary) -> counted('x', binary.sharedBytes());
            case FieldValue.Array(var values) -> {
                tag('A');
                var start = begin();
                values.forEach(this::value);
                end(start);
            }
            case FieldTable table -> {
                tag('F');
                table(table);
            }
        }
    }

    void shortString(String text) {
        var bytes = text.getBytes(UTF_8);
        if (bytes.length > LONGEST_SHORT_STRING) {
            throw new IllegalArgumentException("a short string has at most 255 bytes");
        }
        room(1 + bytes.length).put((byte) bytes.length).put(bytes);
    }

    void uint8(int value) {
        room(1).put((byte) value);
    }

    void uint16(int value) {
        room(2).putShort((short) value);
    }

    void int64(long value) {
        room(8).putLong(value);
    }

    private void counted(char tag, byte[] bytes) {
        tag(tag);
        room(4 + bytes.length).putInt(bytes.length).put(bytes);
    }

    /** Writes the tag, and leaves room for a value of fixed size behind it. */
    private ByteBuffer tag(char tag) {
        return room(1 + Long.BYTES).put((byte) tag);
    }

    private int begin() {
        room(4).putInt(0);
        return out.position();
    }

    private void end(int start) {
        out.putInt(start - 4, out.position() - start);
    }

    private ByteBuffer room(int count) {
        if (out.remaining() < count) {
            var larger = ByteBuffer.allocate(Math.max(out.capacity() * 2, out.position() + count));
            larger.put(out.flip());
            out = larger;
        }
        return out;
    }
}
