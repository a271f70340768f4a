package io.millrace.broker.wire;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Random values of everything that goes over the wire. */
public final class Anything {
    private static final Set<String> OCTETS = Set.of("versionMajor", "versionMinor");
    private static final int DEPTH = 3;

    private Anything() {}

    /** Every record of {@link Method}. */
    static List<Class<?>> methodTypes() {
        return Arrays.stream(Method.class.getPermittedSubclasses())
                .<Class<?>>flatMap(group -> Arrays.stream(group.getPermittedSubclasses()))
                .toList();
    }

    static Arbitrary<Method> method() {
        return Arbitraries.of(methodTypes()).flatMap(Anything::methodOf);
    }

    static Arbitrary<Method> methodOf(Class<?> type) {
        var components = type.getRecordComponents();
        var values = Stream.of(components).map(Anything::component).toList();
        return Combinators.combine(values).as(arguments -> construct(type, components, arguments));
    }

    private static Method construct(Class<?> type, RecordComponent[] components, List<Object> arguments) {
        try {
            var types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return (Method) constructor.newInstance(arguments.toArray());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    @SuppressWarnings("unchecked") // widening to Object is safe: values are only read
    private static Arbitrary<Object> component(RecordComponent component) {
        Arbitrary<?> values =
                switch (component.getType().getSimpleName()) {
                    case "boolean" -> Arbitraries.of(true, false);
                    case "int" ->
                        Arbitraries.integers().between(0, OCTETS.contains(component.getName()) ? 0xFF : 0xFFFF);
                    case "long" ->
                        component.getName().equals("deliveryTag")
                                ? Arbitraries.longs()
                                : Arbitraries.longs().between(0, 0xFFFF_FFFFL);
                    case "String" -> shortString();
                    case "LongString" -> longString();
                    case "FieldTable" -> table();
                    default -> throw new AssertionError("no values for " + component);
                };
        return (Arbitrary<Object>) values;
    }

    public static Arbitrary<String> shortString() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ascii().ofMaxLength(255),
                Arbitraries.strings().withChars('ä', '€', 'x', '\uFFFD').ofMaxLength(85),
                Arbitraries.of("", "𝄞 clef", "amq.direct"));
    }

    static Arbitrary<LongString> longString() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(LongString::of);
    }

    /** Tables of the types that amqp-client keeps apart. */
    public static Arbitrary<FieldTable> table() {
        return table(common(), DEPTH);
    }

    /** Tables of all types. */
    static Arbitrary<FieldTable> tableOfAnyType() {
        return table(Arbitraries.oneOf(common(), unsigned()), DEPTH);
    }

    private static Arbitrary<FieldTable> table(Arbitrary<FieldValue> leaves, int depth) {
        return Arbitraries.maps(Arbitraries.strings().alpha().ofMaxLength(6), value(leaves, depth))
                .ofMaxSize(4)
                .map(FieldTable::of);
    }

    private static Arbitrary<FieldValue> value(Arbitrary<FieldValue> leaves, int depth) {
        if (depth == 0) {
            return leaves;
        }
        return Arbitraries.oneOf(
                leaves,
                Arbitraries.lazy(() -> table(leaves, depth - 1)).map(table -> (FieldValue) table),
                Arbitraries.lazy(() -> value(leaves, depth - 1))
                        .list()
                        .ofMaxSize(3)
                        .map(FieldValue.Array::new));
    }

    private static Arbitrary<FieldValue> common() {
        return Arbitraries.oneOf(
                Arbitraries.of(true, false).map(FieldValue.Bool::new),
                Arbitraries.bytes().map(FieldValue.Int8::new),
                Arbitraries.shorts().map(FieldValue.Int16::new),
                Arbitraries.integers().map(FieldValue.Int32::new),
                Arbitraries.longs().map(FieldValue.Int64::new),
                Arbitraries.floats().map(FieldValue.Float32::new),
                Arbitraries.doubles().map(FieldValue.Float64::new),
                Combinators.combine(Arbitraries.integers().between(0, 255), Arbitraries.integers())
                        .as(FieldValue.Decimal::new),
                longString(),
                longString().map(FieldValue.Bytes::new),
                Arbitraries.longs().between(0, 1L << 40).map(FieldValue.Timestamp::new),
                Arbitraries.just(new FieldValue.NoValue()));
    }

    private static Arbitrary<FieldValue> unsigned() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(0, 0xFF).map(FieldValue.UInt8::new),
                Arbitraries.integers().between(0, 0xFFFF).map(FieldValue.UInt16::new),
                Arbitraries.longs().between(0, 0xFFFF_FFFFL).map(FieldValue.UInt32::new),
                Arbitraries.longs().map(FieldValue.Timestamp::new));
    }

    public static Arbitrary<BasicProperties> properties() {
        var text = shortString().injectNull(0.5);
        var octet = Arbitraries.integers().between(0, 255).injectNull(0.5);
        var texts = text.list().ofSize(10);
        var octets = octet.list().ofSize(2);
        var time = Arbitraries.longs().between(0, 1L << 40).injectNull(0.5);
        return Combinators.combine(texts, octets, table().injectNull(0.5), time)
                .as((strings, numbers, headers, timestamp) -> new BasicProperties(
                        strings.get(0),
                        strings.get(1),
                        headers,
                        numbers.get(0),
                        numbers.get(1),
                        strings.get(2),
                        strings.get(3),
                        strings.get(4),
                        strings.get(5),
                        timestamp,
                        strings.get(6),
                        strings.get(7),
                        strings.get(8),
                        strings.get(9)));
    }
}
