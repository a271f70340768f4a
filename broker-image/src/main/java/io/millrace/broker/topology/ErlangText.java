package io.millrace.broker.topology;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Field values as RabbitMQ's reply texts print them: as Erlang terms. Clients' tests compare these texts. */
public final class ErlangText {
    private ErlangText() {}

    /** The name of a value's type. */
    public static String typeName(FieldValue value) {
        return switch (value) {
            case FieldValue.Bool ignored -> "bool";
            case FieldValue.Int8 ignored -> "byte";
            case FieldValue.UInt8 ignored -> "unsignedbyte";
            case FieldValue.Int16 ignored -> "short";
            case FieldValue.UInt16 ignored -> "unsignedshort";
            case FieldValue.Int32 ignored -> "signedint";
            case FieldValue.UInt32 ignored -> "unsignedint";
            case FieldValue.Int64 ignored -> "long";
            case FieldValue.Float32 ignored -> "float";
            case FieldValue.Float64 ignored -> "double";
            case FieldValue.Decimal ignored -> "decimal";
            case FieldValue.Timestamp ignored -> "timestamp";
            case FieldValue.NoValue ignored -> "void";
            case FieldValue.Array ignored -> "array";
            case FieldValue.Bytes ignored -> "binary";
            case LongString ignored -> "longstr";
            case FieldTable ignored -> "table";
        };
    }

    /** An argument with its type; {@code none} if there is no such argument. */
    static String typed(@Nullable FieldValue value) {
        return value == null ? "none" : "the value " + quoted(value) + " of type '" + typeName(value) + "'";
    }

    /** A value in quotes, without its type. */
    static String quoted(FieldValue value) {
        return switch (value) {
            case LongString text -> "'" + text.text() + "'";
            case FieldValue.Bytes(var bytes) -> "'" + bytes.text() + "'";
            default -> "'" + term(value) + "'";
        };
    }

    /** A name that RabbitMQ keeps as an atom: in quotes unless it is one word. */
    static String atom(String name) {
        return name.contains("-") ? "'" + name + "'" : name;
    }

    /** A value as a term. */
    public static String term(FieldValue value) {
        return switch (value) {
            case FieldValue.Bool(var bool) -> String.valueOf(bool);
            case FieldValue.Whole number -> String.valueOf(number.asLong());
            case FieldValue.Float32(var number) -> String.valueOf(number);
            case FieldValue.Float64(var number) -> String.valueOf(number);
            case FieldValue.Decimal(var scale, var unscaled) -> "{" + scale + "," + unscaled + "}";
            case FieldValue.Timestamp(var seconds) -> String.valueOf(seconds);
            case FieldValue.NoValue ignored -> "undefined";
            case FieldValue.Bytes(var bytes) -> "<<\"" + bytes.text() + "\">>";
            case LongString text -> text.equals(LongString.EMPTY) ? "<<>>" : "<<\"" + text.text() + "\">>";
            case FieldValue.Array(var values) ->
                values.stream()
                        .map(element -> "{" + typeName(element) + "," + term(element) + "}")
                        .collect(Collectors.joining(",", "[", "]"));
            case FieldTable table ->
                table.entries().entrySet().stream()
                        .map(entry -> "{<<\"" + entry.getKey() + "\">>," + typeName(entry.getValue()) + ","
                                + term(entry.getValue()) + "}")
                        .collect(Collectors.joining(",", "[", "]"));
        };
    }
}
