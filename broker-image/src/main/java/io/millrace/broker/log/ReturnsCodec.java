package io.millrace.broker.log;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The body of a RETURNS record: n × (varint position in the chunk, varint times acquired, varint times delivered in vain, flags). We count one thing, the
 * returns, and write it twice; RabbitMQ 4.3 tells them apart.
 */
final class ReturnsCodec {
    private ReturnsCodec() {}

    static byte[] encode(Map<Integer, Integer> counts) {
        int size = 0;
        for (var entry : counts.entrySet()) {
            size += Varint.size(entry.getKey()) + 2 * Varint.size(entry.getValue()) + 1;
        }
        var out = ByteBuffer.allocate(size);
        new TreeMap<>(counts).forEach((position, count) -> {
            Varint.write(out, position);
            Varint.write(out, count);
            Varint.write(out, count);
            out.put((byte) 0);
        });
        return out.array();
    }

    /** Reads the rest of {@code in}. */
    static Map<Integer, Integer> decode(ByteBuffer in) {
        var counts = new HashMap<Integer, Integer>();
        while (in.hasRemaining()) {
            int position = (int) Varint.read(in);
            int acquired = (int) Varint.read(in);
            Varint.read(in);
            in.get();
            counts.put(position, acquired);
        }
        return counts;
    }
}
