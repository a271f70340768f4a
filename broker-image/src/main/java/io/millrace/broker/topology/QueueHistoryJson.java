package io.millrace.broker.topology;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.broker.model.FieldTable;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The history of a queue as part of its JSON; a queue without one is as it was declared. */
final class QueueHistoryJson {
    private QueueHistoryJson() {}

    static Map<String, @Nullable Object> encode(QueueHistory history) {
        var fields = new TreeMap<String, @Nullable Object>();
        fields.put(
                "declarations",
                history.declarations().stream().map(ArgumentsJson::encode).toList());
        fields.put(
                "formerLogs",
                history.formerLogs().stream().map(QueueHistoryJson::encode).toList());
        fields.put("logNumber", history.logNumber());
        fields.put("switched", history.switched());
        return fields;
    }

    private static Map<String, @Nullable Object> encode(QueueHistory.FormerLog log) {
        var fields = new TreeMap<String, @Nullable Object>();
        fields.put("topic", log.topic());
        fields.put("number", log.number());
        fields.put("arguments", ArgumentsJson.encode(log.arguments()));
        return fields;
    }

    static QueueHistory decode(JsonNode fields) {
        if (fields.isMissingNode()) {
            return QueueHistory.NONE;
        }
        var declarations = new ArrayList<FieldTable>();
        fields.path("declarations").forEach(declaration -> declarations.add(ArgumentsJson.decode(declaration)));
        var logs = new ArrayList<QueueHistory.FormerLog>();
        fields.path("formerLogs")
                .forEach(log -> logs.add(new QueueHistory.FormerLog(
                        TopologyJson.text(log, "topic"),
                        log.path("number").asInt(),
                        ArgumentsJson.decode(log.path("arguments")))));
        return new QueueHistory(
                declarations,
                logs,
                fields.path("logNumber").asInt(),
                fields.path("switched").asBoolean());
    }
}
