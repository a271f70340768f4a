package io.millrace.broker.management;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/** Field tables as the JSON people write: whole numbers become 64 bits wide, as in RabbitMQ. Types are lost on the way out. */
final class FieldJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private FieldJson() {}

    /** The value of a text that is JSON. */
    static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
        }
    }

    static ObjectNode json(FieldTable table) {
        var object = JSON.objectNode();
        table.entries().forEach((key, value) -> object.set(key, json(value)));
        return object;
    }

    private static JsonNode json(FieldValue value) {
        return switch (value) {
            case FieldValue.Bool(var bool) -> BooleanNode.valueOf(bool);
            case FieldValue.Whole number -> LongNode.valueOf(number.asLong());
            case FieldValue.Float32(var number) -> DoubleNode.valueOf(number);
            case FieldValue.Float64(var number) -> DoubleNode.valueOf(number);
            case FieldValue.Decimal(var scale, var unscaled) -> JSON.numberNode(BigDecimal.valueOf(unscaled, scale));
            case FieldValue.Timestamp(var seconds) -> LongNode.valueOf(seconds);
            case FieldValue.NoValue ignored -> NullNode.getInstance();
            case FieldValue.Bytes(var bytes) -> TextNode.valueOf(bytes.text());
            case FieldValue.Array(var values) -> array(values);
            case FieldTable table -> json(table);
            case LongString text -> TextNode.valueOf(text.text());
        };
    }

    private static ArrayNode array(Iterable<FieldValue> values) {
        var array = JSON.arrayNode();
        values.forEach(element -> array.add(json(element)));
        return array;
    }

    /** The table of a JSON object; nothing at all is the empty table. */
    static FieldTable table(JsonNode object) {
        if (object.isMissingNode() || object.isNull() || (object.isArray() && object.isEmpty())) {
            return FieldTable.EMPTY;
        }
        if (!object.isObject()) {
            throw Refusal.badRequest("arguments is not an object");
        }
        return table(object, 1);
    }

    private static FieldTable table(JsonNode object, int depth) {
        var entries = new LinkedHashMap<String, FieldValue>();
        object.properties().forEach(entry -> entries.put(entry.getKey(), value(entry.getValue(), depth)));
        return FieldTable.of(entries);
    }

    private static FieldValue value(JsonNode value, int depth) {
        if (depth > FieldTable.MAX_DEPTH) {
            throw Refusal.badRequest("nested too deeply");
        }
        return switch (value.getNodeType()) {
            case BOOLEAN -> new FieldValue.Bool(value.booleanValue());
            case NUMBER -> number(value);
            case STRING -> LongString.of(value.textValue());
            case ARRAY -> {
                var values = new ArrayList<FieldValue>();
                value.forEach(element -> values.add(value(element, depth + 1)));
                yield new FieldValue.Array(values);
            }
            case OBJECT -> table(value, depth + 1);
            case NULL, MISSING, BINARY, POJO -> new FieldValue.NoValue();
        };
    }

    private static FieldValue number(JsonNode number) {
        if (number.isIntegralNumber()) {
            if (!number.canConvertToLong()) {
                throw Refusal.badRequest("the number " + number + " is too large");
            }
            return new FieldValue.Int64(number.longValue());
        }
        return new FieldValue.Float64(number.doubleValue());
    }
}
