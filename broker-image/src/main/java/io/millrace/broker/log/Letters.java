package io.millrace.broker.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Messages of a queue that were dead-lettered in a transaction and may not yet be among what the slot log says is settled: a record of the compacted topic
 * {@code amqp.letters}, in the partition of the queue's slot.
 *
 * <pre>
 * key qid(8)     value v, n × (varint distance from the place before)
 * </pre>
 *
 * @param places where they lie, ascending, each once
 */
public record Letters(long qid, List<Long> places) {
    private static final byte VERSION = 1;

    public Letters {
        places = List.copyOf(places);
    }

    /** Of places in any order. */
    public static Letters of(long qid, Collection<Long> places) {
        return new Letters(qid, places.stream().sorted().distinct().toList());
    }

    /** The record's key. */
    public byte[] key() {
        return ByteBuffer.allocate(Long.BYTES).putLong(qid).array();
    }

    /** The record's value. */
    public byte[] value() {
        int size = 1;
        long before = 0;
        for (long place : places) {
            size += Varint.size(place - before);
            before = place;
        }
        var out = ByteBuffer.allocate(size).put(VERSION);
        before = 0;
        for (long place : places) {
            Varint.write(out, place - before);
            before = place;
        }
        return out.array();
    }

    /**
     * Reads a record back.
     *
     * @throws IllegalArgumentException if its version is unknown: this pod is too old to own the slot
     */
    public static Letters read(byte[] key, byte[] value) {
        var in = ByteBuffer.wrap(value);
        if (in.get() != VERSION) {
            throw new IllegalArgumentException("dead letters of unknown version " + value[0]);
        }
        var places = new ArrayList<Long>();
        long place = 0;
        while (in.hasRemaining()) {
            place += Varint.read(in);
            places.add(place);
        }
        return new Letters(ByteBuffer.wrap(key).getLong(), places);
    }
}
