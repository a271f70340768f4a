package io.millrace.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.ReplyCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Reads and writes the fields of methods (AMQP 0-9-1 §4.2.5). Every read is checked here and not left to the buffer, whose
 * own checks can be switched off.
 */
final class Fields {
    private static final int LONGEST_SHORT_STRING = 255;

    private Fields() {}

    static int readMethodId(ByteBuf in) {
        require(in, 4);
        return in.readInt();
    }

    static int readOctet(ByteBuf in) {
        require(in, 1);
        return in.readUnsignedByte();
    }

    static int readShort(ByteBuf in) {
        require(in, 2);
        return in.readUnsignedShort();
    }

    static long readLong(ByteBuf in) {
        require(in, 4);
        return in.readUnsignedInt();
    }

    static long readLongLong(ByteBuf in) {
        require(in, 8);
        return in.readLong();
    }

    static String readShortString(ByteBuf in) {
        var length = readOctet(in);
        if (length == 0) {
            return "";
        }
        require(in, length);
        var start = in.readerIndex();
        var text = in.toString(start, length, UTF_8);
        // Free for Latin-1 text: only a string with the replacement character can have been malformed.
        if (text.indexOf('\uFFFD') >= 0 && !ByteBufUtil.isText(in, start, length, UTF_8)) {
            throw new ConnectionError(ReplyCode.FRAME_ERROR, "Malformed UTF-8 in shortstr");
        }
        in.skipBytes(length);
        return text;
    }

    static LongString readLongString(ByteBuf in) {
        return LongString.of(readCounted(in));
    }

    static FieldTable readTable(ByteBuf in) {
        return FieldTable.decode(readCounted(in));
    }

    private static byte[] readCounted(ByteBuf in) {
        var length = readLong(in);
        require(in, length);
        var bytes = new byte[(int) length];
        in.readBytes(bytes);
        return bytes;
    }

    static void skipShort(ByteBuf in) {
        require(in, 2);
        in.skipBytes(2);
    }

    static void skipShortString(ByteBuf in) {
        var length = readOctet(in);
        require(in, length);
        in.skipBytes(length);
    }

    static void skipLongString(ByteBuf in) {
        var length = readLong(in);
        require(in, length);
        in.skipBytes((int) length);
    }

    static void writeShortString(ByteBuf out, String text) {
        var lengthAt = out.writerIndex();
        out.writeByte(0);
        var length = ByteBufUtil.writeUtf8(out, text);
        if (length > LONGEST_SHORT_STRING) {
            throw new IllegalArgumentException("a short string has at most 255 bytes");
        }
        out.setByte(lengthAt, length);
    }

    static void writeLongString(ByteBuf out, LongString text) {
        out.writeInt(text.length());
        out.writeBytes(text.bytes());
    }

    static void writeTable(ByteBuf out, FieldTable table) {
        var bytes = table.encode();
        out.writeInt(bytes.length);
        out.writeBytes(bytes);
    }

    private static void require(ByteBuf in, long count) {
        if (in.readableBytes() < count) {
            throw new ConnectionError(ReplyCode.FRAME_ERROR, "cannot decode a method: it ends too early");
        }
    }

    static void requireEnd(ByteBuf in, Method method) {
        if (in.isReadable()) {
            throw new ConnectionError(
                    ReplyCode.FRAME_ERROR,
                    "cannot decode '" + method.name() + "': bytes left over",
                    method.classId(),
                    method.methodId());
        }
    }

    static ConnectionError unknownMethod(int id) {
        var classId = id >>> 16;
        var methodId = id & 0xFFFF;
        var text = "unknown method (%d,%d)".formatted(classId, methodId);
        return new ConnectionError(ReplyCode.NOT_IMPLEMENTED, text, classId, methodId);
    }
}
