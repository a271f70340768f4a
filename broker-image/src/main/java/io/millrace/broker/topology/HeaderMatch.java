package io.millrace.broker.topology;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a binding of a headers exchange asks of a message's headers (RabbitMQ, "headers exchange"). Whole numbers are equal
 * whatever their width; an argument without a value asks only for presence; names beginning with {@code x-} count in the
 * {@code -with-x} modes only.
 *
 * @param any whether one equal header is enough
 */
record HeaderMatch(Destination destination, boolean any, Map<String, FieldValue> wanted) {
    static final String MODE = "x-match";

    static HeaderMatch of(Binding binding) {
        var mode = binding.arguments()
                .get(MODE)
                .filter(LongString.class::isInstance)
                .map(value -> ((LongString) value).text())
                .orElse("all");
        var withX = mode.endsWith("-with-x");
        var wanted = new LinkedHashMap<String, FieldValue>();
        binding.arguments().entries().forEach((name, value) -> {
            if (withX ? !name.equals(MODE) : !name.startsWith("x-")) {
                wanted.put(name, value);
            }
        });
        return new HeaderMatch(binding.destination(), mode.startsWith("any"), wanted);
    }

    boolean matches(FieldTable headers) {
        for (var entry : wanted.entrySet()) {
            var matches = matches(entry.getValue(), entry.getKey(), headers);
            if (matches == any) {
                return any;
            }
        }
        return !any;
    }

    private static boolean matches(FieldValue wanted, String name, FieldTable headers) {
        var found = headers.get(name);
        return found.isPresent()
                && (wanted instanceof FieldValue.NoValue || bare(wanted).equals(bare(found.get())));
    }

    /** The value without its width: RabbitMQ compares values, not types. */
    private static Object bare(FieldValue value) {
        return switch (value) {
            case FieldValue.Whole number -> number.asLong();
            case FieldValue.Timestamp(var seconds) -> seconds;
            case FieldValue.Float32(var number) -> (double) number;
            case FieldValue.Float64(var number) -> number;
            case FieldValue.Bytes(var bytes) -> bytes;
            case LongString text -> text;
            default -> value;
        };
    }
}
