package io.millrace.broker.log;

import io.millrace.broker.queue.AckChunk;
import io.millrace.broker.queue.SettlementLedger;
import java.nio.ByteBuffer;

/**
 * The body of an ACKS record: one chunk of settled offsets in the smallest of four forms. Mode 0: runs, n × (varint gap, varint run); 1: sorted unsigned
 * 16-bit numbers; 2: bitmap of 8,192 bytes with trailing zero bytes cut; 3: all settled.
 */
final class AcksCodec {
    private static final int RUNS = 0;
    private static final int ARRAY = 1;
    private static final int BITMAP = 2;
    private static final int ALL = 3;

    private AcksCodec() {}

    static byte[] encode(AckChunk chunk) {
        if (chunk.size() == SettlementLedger.CHUNK_OFFSETS) {
            return new byte[] {ALL};
        }
        int runs = runsSize(chunk);
        int array = 2 * chunk.size();
        int bitmap = bitmapSize(chunk);
        if (runs <= array && runs <= bitmap) {
            return runs(chunk, runs);
        }
        return array <= bitmap ? array(chunk, array) : bitmap(chunk, bitmap);
    }

    private static int runsSize(AckChunk chunk) {
        int size = 0;
        int end = 0;
        for (int start = chunk.firstPresent(0);
                start < SettlementLedger.CHUNK_OFFSETS;
                start = chunk.firstPresent(end)) {
            int gap = start - end;
            end = chunk.firstMissing(start);
            size += Varint.size(gap) + Varint.size(end - start);
        }
        return size;
    }

    private static int bitmapSize(AckChunk chunk) {
        int last = -1;
        for (int at = chunk.firstPresent(0); at < SettlementLedger.CHUNK_OFFSETS; at = chunk.firstPresent(last + 1)) {
            last = chunk.firstMissing(at) - 1;
        }
        return last / Byte.SIZE + 1;
    }

    private static byte[] runs(AckChunk chunk, int size) {
        var out = ByteBuffer.allocate(1 + size).put((byte) RUNS);
        int end = 0;
        for (int start = chunk.firstPresent(0);
                start < SettlementLedger.CHUNK_OFFSETS;
                start = chunk.firstPresent(end)) {
            Varint.write(out, start - end);
            end = chunk.firstMissing(start);
            Varint.write(out, end - start);
        }
        return out.array();
    }

    private static byte[] array(AckChunk chunk, int size) {
        var out = ByteBuffer.allocate(1 + size).put((byte) ARRAY);
        for (int at = chunk.firstPresent(0); at < SettlementLedger.CHUNK_OFFSETS; at = chunk.firstPresent(at + 1)) {
            out.putShort((short) at);
        }
        return out.array();
    }

    private static byte[] bitmap(AckChunk chunk, int size) {
        byte[] out = new byte[1 + size];
        out[0] = BITMAP;
        for (int at = chunk.firstPresent(0); at < SettlementLedger.CHUNK_OFFSETS; at = chunk.firstPresent(at + 1)) {
            out[1 + at / Byte.SIZE] |= (byte) (1 << (at % Byte.SIZE));
        }
        return out;
    }

    /** Reads the rest of {@code in}. */
    static AckChunk decode(ByteBuffer in) {
        var chunk = new AckChunk();
        switch (in.get()) {
            case RUNS -> {
                for (int at = 0; in.hasRemaining(); ) {
                    at += (int) Varint.read(in);
                    int end = at + (int) Varint.read(in);
                    chunk.addRange(at, end);
                    at = end;
                }
            }
            case ARRAY -> {
                while (in.hasRemaining()) {
                    chunk.add(in.getShort() & 0xffff);
                }
            }
            case BITMAP -> {
                for (int at = 0; in.hasRemaining(); at += Byte.SIZE) {
                    int bits = in.get() & 0xff;
                    for (int bit = 0; bit < Byte.SIZE; bit++) {
                        if ((bits & (1 << bit)) != 0) {
                            chunk.add(at + bit);
                        }
                    }
                }
            }
            case ALL -> chunk.addRange(0, SettlementLedger.CHUNK_OFFSETS);
            default -> throw new IllegalArgumentException("an acks record of an unknown mode");
        }
        return chunk;
    }
}
