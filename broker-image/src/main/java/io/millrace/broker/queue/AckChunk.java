package io.millrace.broker.queue;

/** The settled offsets of one chunk: a set of numbers from 0 to 65,535 with a constant-time count. */
public final class AckChunk {
    private static final int WORDS = SettlementLedger.CHUNK_OFFSETS / Long.SIZE;

    private final long[] words;
    private int size;

    public AckChunk() {
        this(new long[WORDS], 0);
    }

    private AckChunk(long[] words, int size) {
        this.words = words;
        this.size = size;
    }

    /** Adds {@code position}; nothing happens if it is in already. */
    public void add(int position) {
        long bit = 1L << position;
        int word = position >> 6;
        if ((words[word] & bit) == 0) {
            words[word] |= bit;
            size++;
        }
    }

    /** Adds every position from {@code from} (inclusive) to {@code to} (exclusive, at most 65,536). */
    public void addRange(int from, int to) {
        for (int position = from; position < to; ) {
            if ((position & 63) == 0 && to - position >= Long.SIZE) {
                int word = position >> 6;
                size += Long.SIZE - Long.bitCount(words[word]);
                words[word] = -1L;
                position += Long.SIZE;
            } else {
                add(position++);
            }
        }
    }

    public boolean contains(int position) {
        return (words[position >> 6] & (1L << position)) != 0;
    }

    /** How many positions are in. */
    public int size() {
        return size;
    }

    /** How many positions at or above {@code from} are in. */
    public int countFrom(int from) {
        if (from == 0) {
            return size;
        }
        if (from >= SettlementLedger.CHUNK_OFFSETS) {
            return 0;
        }
        int word = from >> 6;
        int count = Long.bitCount(words[word] & (-1L << from));
        for (int i = word + 1; i < WORDS; i++) {
            count += Long.bitCount(words[i]);
        }
        return count;
    }

    /** The first position at or above {@code from} that is not in; 65,536 if there is none. */
    public int firstMissing(int from) {
        int word = from >> 6;
        long missing = ~words[word] & (-1L << from);
        while (missing == 0) {
            word++;
            if (word == WORDS) {
                return SettlementLedger.CHUNK_OFFSETS;
            }
            missing = ~words[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(missing);
    }

    /** The first position at or above {@code from} that is in; 65,536 if there is none. */
    public int firstPresent(int from) {
        if (from >= SettlementLedger.CHUNK_OFFSETS) {
            return SettlementLedger.CHUNK_OFFSETS;
        }
        int word = from >> 6;
        long present = words[word] & (-1L << from);
        while (present == 0) {
            word++;
            if (word == WORDS) {
                return SettlementLedger.CHUNK_OFFSETS;
            }
            present = words[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(present);
    }

    /** A copy that does not change with this one. */
    public AckChunk copy() {
        return new AckChunk(words.clone(), size);
    }
}
