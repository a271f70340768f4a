package io.millrace.broker.queue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The 32-bit MurmurHash2 with the seed of Kafka's default partitioner ({@code org.apache.kafka.common.utils.Utils.murmur2}): this package may not depend on Kafka. */
final class Murmur2 {
    private static final int SEED = 0x9747b28c;
    private static final int MULTIPLIER = 0x5bd1e995;
    private static final int SHIFT = 24;

    private Murmur2() {}

    static int hash(byte[] data) {
        int hash = SEED ^ data.length;
        int whole = data.length & ~3;
        var words = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < whole; i += Integer.BYTES) {
            int k = words.getInt(i) * MULTIPLIER;
            k ^= k >>> SHIFT;
            hash *= MULTIPLIER;
            hash ^= k * MULTIPLIER;
        }
        if (whole < data.length) {
            for (int i = data.length - 1; i >= whole; i--) {
                hash ^= (data[i] & 0xff) << (Byte.SIZE * (i - whole));
            }
            hash *= MULTIPLIER;
        }
        hash ^= hash >>> 13;
        hash *= MULTIPLIER;
        return hash ^ (hash >>> 15);
    }
}
