package io.millrace.broker.wire;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One message of the protocol, nothing in it empty, as it goes over the wire.
 *
 * @param name what the test is called
 * @param command what {@link RecordingSink} sees of it
 * @param frames its frames, in order
 */
record Specimen(String name, String command, List<byte[]> frames) {
    private static final int FRAME_MAX_BYTES = 4096;
    private static final int BODY_BYTES = 5;
    private static final FieldTable EVERY_TYPE = everyType();

    @Override
    public String toString() {
        return name;
    }

    byte[] bytes() {
        return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(frames.toArray(byte[][]::new)));
    }

    /** Every method; those with content with all properties, without any, and {@code basic.publish} with each one alone. */
    static Stream<Specimen> all() {
        var all = new ArrayList<Specimen>();
        for (var type : Anything.methodTypes()) {
            var method = methodOf(type);
            all.add(of(method.name(), method, everyProperty()));
        }
        var publish = new Basic.Publish("exchange", "key", true, true);
        all.add(of("basic.publish with no property", publish, BasicProperties.EMPTY));
        for (var component : BasicProperties.class.getRecordComponents()) {
            all.add(of("basic.publish with " + component.getName(), publish, only(component)));
        }
        return all.stream();
    }

    private static Specimen of(String name, Method method, BasicProperties properties) {
        var out = Unpooled.buffer();
        if (!method.hasContent()) {
            FrameEncoder.method(out, 1, method);
            return new Specimen(name, method.toString(), List.of(ByteBufUtil.getBytes(out)));
        }
        var body = Unpooled.wrappedBuffer(new byte[] {1, 2, (byte) Frame.END, 4, 5}, 0, BODY_BYTES);
        FrameEncoder.content(out, 1, method, properties.encode(), body, FRAME_MAX_BYTES);
        var frames = new ArrayList<byte[]>();
        while (out.isReadable()) {
            var length = Frame.EMPTY_BYTES + out.getInt(out.readerIndex() + Frame.PREFIX_BYTES - Integer.BYTES);
            frames.add(ByteBufUtil.getBytes(out.readSlice(length)));
        }
        return new Specimen(name, RecordingSink.describe(method, properties.encode(), body), frames);
    }

    private static Method methodOf(Class<?> type) {
        return (Method) construct(
                type,
                Arrays.stream(type.getRecordComponents()).map(Specimen::value).toArray());
    }

    private static BasicProperties everyProperty() {
        return (BasicProperties) construct(
                BasicProperties.class,
                Arrays.stream(BasicProperties.class.getRecordComponents())
                        .map(Specimen::value)
                        .toArray());
    }

    private static BasicProperties only(RecordComponent component) {
        var components = BasicProperties.class.getRecordComponents();
        var values = new @Nullable Object[components.length];
        for (var i = 0; i < components.length; i++) {
            if (components[i].getName().equals(component.getName())) {
                values[i] = value(components[i]);
            }
        }
        return (BasicProperties) construct(BasicProperties.class, values);
    }

    private static Object construct(Class<?> type, @Nullable Object[] arguments) {
        try {
            var types = Stream.of(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            return type.getDeclaredConstructor(types).newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static Object value(RecordComponent component) {
        return switch (component.getType().getSimpleName()) {
            case "boolean" -> true;
            case "int", "Integer" -> 0x7E;
            case "long", "Long" -> 0x7654_3210L;
            case "String" -> component.getName() + " ä€";
            case "LongString" -> LongString.of(component.getName());
            case "FieldTable" -> EVERY_TYPE;
            default -> throw new AssertionError("no value for " + component);
        };
    }

    private static FieldTable everyType() {
        var inner = FieldTable.of(Map.of("deep", new FieldValue.Bool(true)));
        var entries = new LinkedHashMap<String, FieldValue>();
        entries.put("t", new FieldValue.Bool(true));
        entries.put("b", new FieldValue.Int8((byte) -2));
        entries.put("B", new FieldValue.UInt8(200));
        entries.put("s", new FieldValue.Int16((short) -3));
        entries.put("u", new FieldValue.UInt16(60_000));
        entries.put("I", new FieldValue.Int32(-4));
        entries.put("i", new FieldValue.UInt32(4_000_000_000L));
        entries.put("l", new FieldValue.Int64(-5));
        entries.put("f", new FieldValue.Float32(1.5f));
        entries.put("d", new FieldValue.Float64(2.5));
        entries.put("D", new FieldValue.Decimal(2, 314));
        entries.put("S", LongString.of("text"));
        entries.put("x", new FieldValue.Bytes(LongString.of("bytes")));
        entries.put("T", new FieldValue.Timestamp(1_700_000_000L));
        entries.put("V", new FieldValue.NoValue());
        entries.put("F", inner);
        entries.put("A", new FieldValue.Array(List.of(inner, LongString.of("in a list"))));
        return FieldTable.of(entries);
    }
}
