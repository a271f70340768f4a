package io.millrace.broker.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.Message;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Messages and their properties as JSON. */
final class MessageJson {
    private MessageJson() {}

    /**
     * A message that was read.
     *
     * @param asText whether a payload that is UTF-8 is shown as text
     * @param bytesAtMost how much of the payload is shown
     */
    static ObjectNode taken(QueueReader.Taken taken, boolean asText, int bytesAtMost) {
        var message = taken.message();
        boolean isCut = message.body().length > bytesAtMost;
        var shown = ShownBytes.of(isCut ? Arrays.copyOf(message.body(), bytesAtMost) : message.body(), asText, isCut);
        var shape = Shapes.object()
                .put("payload_bytes", message.body().length)
                .put("redelivered", taken.redelivered())
                .put("exchange", message.exchange())
                .put("routing_key", message.routingKey())
                .put("message_count", taken.remaining());
        shape.set("properties", properties(message));
        return shape.put("payload", shown.text()).put("payload_encoding", shown.encoding());
    }

    private static ObjectNode properties(Message message) {
        var properties = BasicProperties.decode(message.properties());
        var shape = Shapes.object();
        text(shape, "content_type", properties.contentType());
        text(shape, "content_encoding", properties.contentEncoding());
        if (properties.headers() != null) {
            shape.set("headers", FieldJson.json(properties.headers()));
        }
        number(shape, "delivery_mode", properties.deliveryMode());
        number(shape, "priority", properties.priority());
        text(shape, "correlation_id", properties.correlationId());
        text(shape, "reply_to", properties.replyTo());
        text(shape, "expiration", properties.expiration());
        text(shape, "message_id", properties.messageId());
        number(shape, "timestamp", properties.timestamp());
        text(shape, "type", properties.type());
        text(shape, "user_id", properties.userId());
        text(shape, "app_id", properties.appId());
        text(shape, "cluster_id", properties.clusterId());
        return shape;
    }

    private static void text(ObjectNode shape, String key, @Nullable String value) {
        if (value != null) {
            shape.put(key, value);
        }
    }

    private static void number(ObjectNode shape, String key, @Nullable Number value) {
        if (value != null) {
            shape.put(key, value.longValue());
        }
    }

    /** The properties of a message to publish. */
    static BasicProperties properties(JsonNode json) {
        var headers = json.path("headers");
        return new BasicProperties(
                text(json, "content_type"),
                text(json, "content_encoding"),
                headers.isMissingNode() ? null : FieldJson.table(headers),
                octet(json, "delivery_mode"),
                octet(json, "priority"),
                text(json, "correlation_id"),
                text(json, "reply_to"),
                text(json, "expiration"),
                text(json, "message_id"),
                json.path("timestamp").isIntegralNumber()
                        ? json.path("timestamp").longValue()
                        : null,
                text(json, "type"),
                text(json, "user_id"),
                text(json, "app_id"),
                text(json, "cluster_id"));
    }

    private static @Nullable String text(JsonNode json, String key) {
        return Call.text(json, key).orElse(null);
    }

    private static @Nullable Integer octet(JsonNode json, String key) {
        return json.has(key) ? Call.number(json, key, 0, 255) : null;
    }
}
