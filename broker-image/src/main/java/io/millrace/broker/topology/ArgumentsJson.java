package io.millrace.broker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Field tables as JSON that keeps order and types: {@code [["x-message-ttl","I",60000],…]}, the tags being those of the
 * wire. Text that is no UTF-8 has tag {@code S64} and is Base64; numbers with a fraction are text, so that none is rounded.
 */
final class ArgumentsJson {
    private ArgumentsJson() {}

    static List<Object> encode(FieldTable table) {
        var entries = new ArrayList<Object>();
        table.entries().forEach((key, value) -> {
            var entry = new ArrayList<Object>();
            entry.add(key);
            entry.addAll(tagged(value));
            entries.add(entry);
        });
        return entries;
    }

    private static List<Object> tagged(FieldValue value) {
        return switch (value) {
            case FieldValue.Bool(var bool) -> List.of("t", bool);
            case FieldValue.Int8(var number) -> List.of("b", number);
            case FieldValue.UInt8(var number) -> List.of("B", number);
            case FieldValue.Int16(var number) -> List.of("s", number);
            case FieldValue.UInt16(var number) -> List.of("u", number);
            case FieldValue.Int32(var number) -> List.of("I", number);
            case FieldValue.UInt32(var number) -> List.of("i", number);
            case FieldValue.Int64(var number) -> List.of("l", number);
            case FieldValue.Float32(var number) -> List.of("f", String.valueOf(number));
            case FieldValue.Float64(var number) -> List.of("d", String.valueOf(number));
            case FieldValue.Decimal(var scale, var unscaled) -> List.of("D", List.of(scale, unscaled));
            case FieldValue.Timestamp(var seconds) -> List.of("T", seconds);
            case FieldValue.NoValue ignored -> List.of("V", "");
            case FieldValue.Bytes(var bytes) -> List.of("x", base64(bytes));
            case FieldValue.Array(var values) ->
                List.of("A", values.stream().map(ArgumentsJson::tagged).toList());
            case FieldTable table -> List.of("F", encode(table));
            case LongString text -> isText(text) ? List.of("S", text.text()) : List.of("S64", base64(text));
        };
    }

    private static boolean isText(LongString text) {
        return LongString.of(text.text().getBytes(UTF_8)).equals(text);
    }

    private static String base64(LongString bytes) {
        return Base64.getEncoder().encodeToString(bytes.bytes());
    }

    static FieldTable decode(JsonNode entries) {
        var table = new LinkedHashMap<String, FieldValue>();
        entries.forEach(
                entry -> table.put(entry.path(0).asText(), value(entry.path(1).asText(), entry.path(2))));
        return FieldTable.of(table);
    }

    private static FieldValue value(String tag, JsonNode value) {
        return switch (tag) {
            case "t" -> new FieldValue.Bool(value.asBoolean());
            case "b" -> new FieldValue.Int8((byte) value.asInt());
            case "B" -> new FieldValue.UInt8(value.asInt());
            case "s" -> new FieldValue.Int16((short) value.asInt());
            case "u" -> new FieldValue.UInt16(value.asInt());
            case "I" -> new FieldValue.Int32(value.asInt());
            case "i" -> new FieldValue.UInt32(value.asLong());
            case "l" -> new FieldValue.Int64(value.asLong());
            case "f" -> new FieldValue.Float32(Float.parseFloat(value.asText()));
            case "d" -> new FieldValue.Float64(Double.parseDouble(value.asText()));
            case "D" ->
                new FieldValue.Decimal(value.path(0).asInt(), value.path(1).asInt());
            case "T" -> new FieldValue.Timestamp(value.asLong());
            case "V" -> new FieldValue.NoValue();
            case "x" -> new FieldValue.Bytes(bytes(value));
            case "A" -> array(value);
            case "F" -> decode(value);
            case "S" -> LongString.of(value.asText());
            case "S64" -> bytes(value);
            default -> throw new IllegalArgumentException("no type of field: " + tag);
        };
    }

    private static FieldValue.Array array(JsonNode values) {
        var decoded = new ArrayList<FieldValue>();
        values.forEach(element -> decoded.add(value(element.path(0).asText(), element.path(1))));
        return new FieldValue.Array(decoded);
    }

    private static LongString bytes(JsonNode value) {
        return LongString.of(Base64.getDecoder().decode(value.asText()));
    }
}
