package io.millrace.broker.log;

import io.millrace.broker.queue.AckChunk;
import io.millrace.broker.queue.ReturnCounts;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code amqp.slots}, the compacted changelog of ownership and acknowledgements. Integers are big-endian; the first byte of a value is the
 * format's version, and a version we do not know refuses ownership.
 *
 * <pre>
 * key 00 nonce(16)                 CLAIM  v, pod                                    epoch of an owner := offset of its claim
 * key 01 qid(8) part(2)            HEAD   v, epoch(8), floor(8), deliveredBound(8)
 * key 02 qid(8) part(2) chunk(8)   ACKS   v, epoch(8), mode, data
 * key 03 qid(8) part(2) chunk(8)   RETURNS v, epoch(8), n × (varint low offset, varint acquired, varint delivered, flags)
 * key 04                           LETTERED v, epoch(8)
 * </pre>
 */
public sealed interface SlotRecord {
    /** The only version there is. */
    byte VERSION = 1;

    /** Pod {@code pod} takes the slot over; the nonce makes the key unique. */
    record Claim(long nonceHigh, long nonceLow, String pod) implements SlotRecord {}

    /** Where a queue stands: all below {@code floor} is settled, nothing at or above {@code deliveredBound} was delivered. */
    record Head(long qid, int partition, long epoch, long floor, long deliveredBound) implements SlotRecord {}

    /** A chunk of settled offsets; {@code chunk} is the offset divided by 65,536. */
    record Acks(long qid, int partition, long chunkNumber, long epoch, AckChunk chunk) implements SlotRecord {}

    /** How often messages of a chunk came back, by position in it; only those that did. */
    record Returns(long qid, int partition, long epoch, ReturnCounts.Chunk chunk) implements SlotRecord {}

    /** Queues of the slot dead-letter in transactions, or did: who owns it looks for {@link Letters} first. */
    record Lettered(long epoch) implements SlotRecord {}

    /** A record that is removed: its key with no value. */
    record Removed(SlotRecord last) implements SlotRecord {}

    /** The record's key. */
    default byte[] key() {
        return switch (this) {
            case Claim claim ->
                ByteBuffer.allocate(17)
                        .put((byte) 0)
                        .putLong(claim.nonceHigh())
                        .putLong(claim.nonceLow())
                        .array();
            case Head head ->
                ByteBuffer.allocate(11)
                        .put((byte) 1)
                        .putLong(head.qid())
                        .putShort((short) head.partition())
                        .array();
            case Acks acks -> chunkKey(2, acks.qid(), acks.partition(), acks.chunkNumber());
            case Returns returns ->
                chunkKey(3, returns.qid(), returns.partition(), returns.chunk().number());
            case Lettered lettered -> new byte[] {4};
            case Removed(var last) -> last.key();
        };
    }

    private static byte[] chunkKey(int kind, long qid, int partition, long number) {
        return ByteBuffer.allocate(19)
                .put((byte) kind)
                .putLong(qid)
                .putShort((short) partition)
                .putLong(number)
                .array();
    }

    /** The record's value; none for a removal. */
    default byte @Nullable [] value() {
        return switch (this) {
            case Claim claim -> {
                byte[] name = claim.pod().getBytes(StandardCharsets.UTF_8);
                yield ByteBuffer.allocate(1 + name.length)
                        .put(VERSION)
                        .put(name)
                        .array();
            }
            case Head head ->
                ByteBuffer.allocate(25)
                        .put(VERSION)
                        .putLong(head.epoch())
                        .putLong(head.floor())
                        .putLong(head.deliveredBound())
                        .array();
            case Acks acks -> {
                byte[] data = AcksCodec.encode(acks.chunk());
                yield ByteBuffer.allocate(9 + data.length)
                        .put(VERSION)
                        .putLong(acks.epoch())
                        .put(data)
                        .array();
            }
            case Returns returns -> {
                byte[] data = ReturnsCodec.encode(returns.chunk().counts());
                yield ByteBuffer.allocate(9 + data.length)
                        .put(VERSION)
                        .putLong(returns.epoch())
                        .put(data)
                        .array();
            }
            case Lettered(long epoch) ->
                ByteBuffer.allocate(9).put(VERSION).putLong(epoch).array();
            case Removed removed -> null;
        };
    }

    /**
     * Reads a record back.
     *
     * @throws IllegalArgumentException if the key's kind or the value's version is unknown, or it is no whole record: this pod cannot own
     *     the slot
     */
    static SlotRecord read(byte[] key, byte @Nullable [] value) {
        try {
            return readWhole(key, value);
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a slot record that ends too early, or holds what it cannot", e);
        }
    }

    private static SlotRecord readWhole(byte[] key, byte @Nullable [] value) {
        var k = ByteBuffer.wrap(key);
        var v = value == null ? null : ByteBuffer.wrap(value);
        if (v != null && v.get() != VERSION) {
            throw new IllegalArgumentException("a slot record of unknown version " + v.get(0));
        }
        return switch (k.get()) {
            case 0 -> {
                var claim = new Claim(k.getLong(), k.getLong(), v == null ? "" : rest(v));
                yield v == null ? new Removed(claim) : claim;
            }
            case 1 -> {
                long qid = k.getLong();
                int partition = k.getShort();
                yield v == null
                        ? new Removed(new Head(qid, partition, 0, 0, 0))
                        : new Head(qid, partition, v.getLong(), v.getLong(), v.getLong());
            }
            case 2 -> {
                long qid = k.getLong();
                int partition = k.getShort();
                long number = k.getLong();
                yield v == null
                        ? new Removed(new Acks(qid, partition, number, 0, new AckChunk()))
                        : new Acks(qid, partition, number, v.getLong(), AcksCodec.decode(v));
            }
            case 3 -> {
                long qid = k.getLong();
                int partition = k.getShort();
                long number = k.getLong();
                yield v == null
                        ? new Removed(new Returns(qid, partition, 0, new ReturnCounts.Chunk(number, Map.of())))
                        : new Returns(
                                qid, partition, v.getLong(), new ReturnCounts.Chunk(number, ReturnsCodec.decode(v)));
            }
            case 4 -> v == null ? new Removed(new Lettered(0)) : new Lettered(v.getLong());
            default -> throw new IllegalArgumentException("a slot record of unknown kind " + key[0]);
        };
    }

    private static String rest(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
