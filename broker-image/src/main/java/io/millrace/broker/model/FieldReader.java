package io.millrace.broker.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;

/** Reads AMQP's field values from an array, never past a given end. Its errors are {@link ConnectionError}s. */
final class FieldReader {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    private final byte[] bytes;
    private int at;

    FieldReader(byte[] bytes) {
        this.bytes = bytes;
    }

    private static VarHandle view(Class<?> arrayType) {
        return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.BIG_ENDIAN);
    }

    int position() {
        return at;
    }

    /** A table with its length in front, ending at or before {@code limit}. */
    FieldTable table(int limit, int depth) {
        var length = length32(limit);
        return length == 0 ? FieldTable.EMPTY : entriesUntil(at + length, depth);
    }

    FieldTable entriesUntil(int end, int depth) {
        requireDepth(depth);
        var entries = new LinkedHashMap<String, FieldValue>();
        while (at < end) {
            var key = shortString(end);
            entries.putIfAbsent(key, value(end, depth));
        }
        return FieldTable.owning(entries);
    }

    private FieldValue.Array array(int limit, int depth) {
        requireDepth(depth);
        var end = length32(limit) + at;
        var values = new ArrayList<FieldValue>();
        while (at < end) {
            values.add(value(end, depth));
        }
        return new FieldValue.Array(values);
    }

    private FieldValue value(int limit, int depth) {
        var tag = uint8(limit);
        return switch (tag) {
            case 't' -> new FieldValue.Bool(uint8(limit) != 0);
            case 'b' -> new FieldValue.Int8((byte) uint8(limit));
            case 'B' -> new FieldValue.UInt8(uint8(limit));
            case 's' -> new FieldValue.Int16((short) uint16(limit));
            case 'u' -> new FieldValue.UInt16(uint16(limit));
            case 'I' -> new FieldValue.Int32(int32(limit));
            case 'i' -> new FieldValue.UInt32(Integer.toUnsignedLong(int32(limit)));
            case 'l', 'L' -> new FieldValue.Int64(int64(limit));
            case 'f' -> new FieldValue.Float32(Float.intBitsToFloat(int32(limit)));
            case 'd' -> new FieldValue.Float64(Double.longBitsToDouble(int64(limit)));
            case 'D' -> new FieldValue.Decimal(uint8(limit), int32(limit));
            case 'S' -> longString(limit);
            case 'A' -> array(limit, depth + 1);
            case 'T' -> new FieldValue.Timestamp(int64(limit));
            case 'F' -> table(limit, depth + 1);
            case 'V' -> new FieldValue.NoValue();
            case 'x' -> new FieldValue.Bytes(longString(limit));
            default -> throw malformed("unknown type tag " + tag + " in a field table");
        };
    }

    String shortString(int limit) {
        var length = uint8(limit);
        require(length, limit);
        var start = at;
        at += length;
        return utf8(bytes, start, length);
    }

    /** The bytes as text. @throws ConnectionError if they are not UTF-8 */
    static String utf8(byte[] bytes, int start, int length) {
        var text = new String(bytes, start, length, UTF_8);
        if (text.indexOf('\uFFFD') >= 0) { // free for Latin-1 text: only then can malformed bytes have been replaced
            requireUtf8(bytes, start, length);
        }
        return text;
    }

    private static void requireUtf8(byte[] bytes, int start, int length) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, length));
        } catch (CharacterCodingException e) {
            throw new ConnectionError(ReplyCode.FRAME_ERROR, "Malformed UTF-8 in shortstr");
        }
    }

    int uint8(int limit) {
        require(1, limit);
        return bytes[at++] & 0xFF;
    }

    int uint16(int limit) {
        require(2, limit);
        var value = (short) SHORT.get(bytes, at) & 0xFFFF;
        at += 2;
        return value;
    }

    private int int32(int limit) {
        require(4, limit);
        var value = (int) INT.get(bytes, at);
        at += 4;
        return value;
    }

    long int64(int limit) {
        require(8, limit);
        var value = (long) LONG.get(bytes, at);
        at += 8;
        return value;
    }

    private LongString longString(int limit) {
        var length = length32(limit);
        var start = at;
        at += length;
        return length == 0 ? LongString.EMPTY : LongString.owning(Arrays.copyOfRange(bytes, start, at));
    }

    /** A 32-bit length, checked to leave that many bytes before the limit. */
    private int length32(int limit) {
        var length = int32(limit);
        require(length, limit);
        return length;
    }

    private void require(int count, int limit) {
        if (count < 0 || count > limit - at) {
            throw malformed("a field ends before its length");
        }
    }

    private static void requireDepth(int depth) {
        if (depth > FieldTable.MAX_DEPTH) {
            throw malformed("field tables nest deeper than " + FieldTable.MAX_DEPTH);
        }
    }

    static ConnectionError malformed(String what) {
        return new ConnectionError(ReplyCode.SYNTAX_ERROR, what);
    }
}
