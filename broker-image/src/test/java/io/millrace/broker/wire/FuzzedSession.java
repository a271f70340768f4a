package io.millrace.broker.wire;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import net.jqwik.api.sessions.JqwikSession;

/**
 * What one client sends: a session that means well, and then something done to it. The same seed gives the same bytes.
 *
 * @param seed what it was made of
 * @param bytes all of it, in order
 * @param pieceBytes how much is sent at a time
 */
public record FuzzedSession(long seed, byte[] bytes, int pieceBytes) {
    /** Queues that are declared beforehand, as durable ones without arguments. */
    public static final List<String> QUEUES = List.of("fuzz-0", "fuzz-1", "fuzz-2");

    private static final int FRAME_MAX_BYTES = 8192;
    private static final int STEPS_AT_MOST = 30;
    private static final int HUGE_BYTES = 20_000;
    private static final int DEEP = 900;

    /** Makes one. */
    public static FuzzedSession of(long seed) {
        var chance = new Random(seed);
        var frames = meaningWell(chance);
        int changes = chance.nextInt(10) == 0 ? 0 : 1 + chance.nextInt(3);
        for (int i = 0; i < changes; i++) {
            change(frames, chance);
        }
        var bytes = ByteBufUtil.getBytes(Unpooled.wrappedBuffer(frames.toArray(byte[][]::new)));
        if (chance.nextInt(8) == 0) {
            bytes = java.util.Arrays.copyOf(bytes, chance.nextInt(bytes.length + 1));
        }
        return new FuzzedSession(seed, bytes, chance.nextInt(4) == 0 ? 1 + chance.nextInt(40) : bytes.length + 1);
    }

    // --- a session that means well ---

    private static List<byte[]> meaningWell(RandomGenerator chance) {
        var frames = new ArrayList<byte[]>();
        var header = Unpooled.buffer();
        Frame.writeProtocolHeader(header);
        frames.add(ByteBufUtil.getBytes(header));
        frames.add(
                method(0, new Connection.StartOk(FieldTable.EMPTY, "PLAIN", LongString.of("\0guest\0guest"), "en_US")));
        frames.add(method(0, new Connection.TuneOk(100, FRAME_MAX_BYTES, 0)));
        frames.add(method(0, new Connection.Open("/")));
        int channels = 1 + chance.nextInt(3);
        for (int channel = 1; channel <= channels; channel++) {
            frames.add(method(channel, new Channel.Open()));
        }
        int steps = chance.nextInt(STEPS_AT_MOST);
        for (int i = 0; i < steps; i++) {
            step(frames, 1 + chance.nextInt(channels), chance);
        }
        if (chance.nextBoolean()) {
            frames.add(method(1, new Channel.Close(200, "", 0, 0)));
        }
        if (chance.nextBoolean()) {
            frames.add(method(0, new Connection.Close(200, "", 0, 0)));
        }
        return frames;
    }

    private static void step(List<byte[]> frames, int channel, RandomGenerator chance) {
        var queue = QUEUES.get(chance.nextInt(QUEUES.size()));
        var own = "own-" + chance.nextInt(3);
        switch (chance.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> publish(frames, channel, chance.nextBoolean() ? queue : own, chance);
            case 5 -> frames.add(method(channel, new Basic.Get(queue, chance.nextBoolean())));
            case 6, 7 ->
                frames.add(method(
                        channel,
                        new Basic.Consume(
                                queue,
                                "tag-" + chance.nextInt(3),
                                false,
                                chance.nextBoolean(),
                                false,
                                false,
                                table(chance))));
            case 8 -> frames.add(method(channel, new Basic.Ack(chance.nextInt(5), chance.nextBoolean())));
            case 9 -> frames.add(method(channel, new Basic.Nack(chance.nextInt(5), true, chance.nextBoolean())));
            case 10 ->
                frames.add(method(
                        channel, new Queue.Declare("", false, false, true, true, chance.nextBoolean(), table(chance))));
            case 11 ->
                frames.add(
                        method(channel, new Queue.Declare(queue, false, true, false, false, false, FieldTable.EMPTY)));
            case 12 ->
                frames.add(method(
                        channel,
                        new Exchange.Declare(
                                own, "topic", false, false, true, false, chance.nextBoolean(), table(chance))));
            case 13 ->
                frames.add(
                        method(channel, new Queue.Bind(queue, own, "a.*.#", chance.nextBoolean(), FieldTable.EMPTY)));
            case 14 -> frames.add(method(channel, new Basic.Qos(0, chance.nextInt(4), chance.nextBoolean())));
            case 15 -> frames.add(method(channel, new Confirm.Select(chance.nextBoolean())));
            case 16 -> frames.add(method(channel, chance.nextBoolean() ? new Tx.Select() : new Tx.Commit()));
            case 17 -> frames.add(method(channel, new Basic.Cancel("tag-" + chance.nextInt(3), chance.nextBoolean())));
            case 18 -> frames.add(method(channel, new Basic.Recover(true)));
            default -> frames.add(method(channel, new Queue.Purge(queue, chance.nextBoolean())));
        }
    }

    private static void publish(List<byte[]> frames, int channel, String key, RandomGenerator chance) {
        var body = new byte[chance.nextInt(20) == 0 ? HUGE_BYTES : chance.nextInt(200)];
        chance.nextBytes(body);
        var properties =
                chance.nextBoolean() ? BasicProperties.EMPTY : BasicProperties.EMPTY.withHeaders(table(chance));
        var out = Unpooled.buffer();
        FrameEncoder.content(
                out,
                channel,
                new Basic.Publish("", key, chance.nextBoolean(), chance.nextInt(30) == 0),
                properties.encode(),
                Unpooled.wrappedBuffer(body),
                FRAME_MAX_BYTES);
        while (out.isReadable()) {
            int length = Frame.EMPTY_BYTES + out.getInt(out.readerIndex() + Frame.PREFIX_BYTES - Integer.BYTES);
            frames.add(ByteBufUtil.getBytes(out.readSlice(length)));
        }
    }

    private static FieldTable table(RandomGenerator chance) {
        return switch (chance.nextInt(6)) {
            case 0 -> FieldTable.of(Map.of("x-max-priority", new FieldValue.Int32(chance.nextInt())));
            case 1 -> FieldTable.of(Map.of("x-expires", new FieldValue.Int64(chance.nextLong())));
            case 2 -> FieldTable.of(Map.of("x-match", LongString.of("all"), "a", new FieldValue.NoValue()));
            default -> FieldTable.EMPTY;
        };
    }

    private static byte[] method(int channel, Method method) {
        var out = Unpooled.buffer();
        FrameEncoder.method(out, channel, method);
        return ByteBufUtil.getBytes(out);
    }

    // --- and something done to it ---

    private static void change(List<byte[]> frames, Random chance) {
        int at = chance.nextInt(frames.size());
        switch (chance.nextInt(11)) {
            case 0, 1, 2 -> flip(frames.get(at), chance);
            case 3 -> lengthWrong(frames.get(at), chance);
            case 4 -> Collections.swap(frames, at, chance.nextInt(frames.size()));
            case 5 -> frames.add(at, frames.get(chance.nextInt(frames.size())).clone());
            case 6 -> frames.remove(at);
            case 7 -> otherChannel(frames.get(at), chance);
            case 8 -> frames.add(at, anyMethod(chance));
            case 9 -> frames.add(at, hugeTable(chance));
            default -> {
                var garbage = new byte[chance.nextInt(300)];
                chance.nextBytes(garbage);
                frames.add(at, garbage);
            }
        }
        if (frames.isEmpty()) {
            frames.add(new byte[1]);
        }
    }

    private static void flip(byte[] frame, RandomGenerator chance) {
        for (int times = 1 + chance.nextInt(3); times > 0 && frame.length > 0; times--) {
            frame[chance.nextInt(frame.length)] ^= (byte) (1 << chance.nextInt(Byte.SIZE));
        }
    }

    private static void lengthWrong(byte[] frame, RandomGenerator chance) {
        if (frame.length >= Frame.PREFIX_BYTES) {
            frame[Frame.PREFIX_BYTES - 1] += (byte) (chance.nextBoolean() ? 1 : -1);
        }
    }

    private static void otherChannel(byte[] frame, RandomGenerator chance) {
        if (frame.length >= Frame.PREFIX_BYTES) {
            frame[1] = (byte) (chance.nextInt(3) == 0 ? chance.nextInt() : 0);
            frame[2] = (byte) chance.nextInt(5);
        }
    }

    /** Any method of the protocol with anything in it, on a channel that may be the wrong one. */
    private static byte[] anyMethod(Random chance) {
        var made = new AtomicReference<Method>(); // jqwik makes values in sessions of its own only
        JqwikSession.run(
                () -> made.set(Anything.method().generator(1, true).next(chance).value()));
        var method = made.get();
        // A queue or exchange that lasts costs the broker a topic: that is not what is tested here.
        boolean lasts = method instanceof Queue.Declare || method instanceof Exchange.Declare;
        return method(chance.nextInt(4), lasts ? new Basic.Qos(1, 1, false) : method);
    }

    private static byte[] hugeTable(RandomGenerator chance) {
        FieldTable table = FieldTable.of(Map.of("x", LongString.of("y".repeat(chance.nextInt(HUGE_BYTES)))));
        for (int depth = chance.nextInt(DEEP); depth > 0; depth--) {
            table = FieldTable.of(Map.of("t", table));
        }
        return method(
                1 + chance.nextInt(2), new Queue.Declare("", false, false, true, true, chance.nextBoolean(), table));
    }

    /** The codes of every {@code connection.close} in what a broker answered. */
    public static List<Integer> closeCodes(byte[] answer) {
        var codes = new ArrayList<Integer>();
        var in = Unpooled.wrappedBuffer(answer);
        if (answer.length >= 4 && "AMQP".equals(new String(answer, 0, 4, StandardCharsets.US_ASCII))) {
            return codes;
        }
        while (in.readableBytes() >= Frame.EMPTY_BYTES) {
            int type = in.readUnsignedByte();
            in.readUnsignedShort();
            int length = in.readInt();
            if (length < 0 || length >= in.readableBytes()) {
                return codes;
            }
            var payload = in.readSlice(length);
            in.skipBytes(1);
            if (type == Frame.METHOD && Method.read(payload) instanceof Connection.Close close) {
                codes.add(close.replyCode());
            }
        }
        return codes;
    }
}
