package io.millrace.broker.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Entries as the values of the topology log: JSON with sorted keys and a version, equal text for equal entries. Keys not
 * known are ignored when read; another version is refused.
 */
public final class TopologyJson {
    private static final int VERSION = 1;
    private static final JsonMapper JSON = new JsonMapper();

    private TopologyJson() {}

    /** The value of the event's key in the log; empty if the key is removed. */
    public static Optional<String> value(TopologyEvent event) {
        return switch (event) {
            case TopologyEvent.Put(var entry) -> Optional.of(encode(entry));
            case TopologyEvent.Delete ignored -> Optional.empty();
        };
    }

    /**
     * The event that a key and its value in the log stand for.
     *
     * @param value absent if the key is removed
     * @return empty for a key of another kind, which others may keep in the same topic
     * @throws IllegalArgumentException if it is malformed or of another version
     */
    public static Optional<TopologyEvent> event(String key, @Nullable String value) {
        return TopologyKeys.decode(key)
                .map(known ->
                        value == null ? new TopologyEvent.Delete(known) : new TopologyEvent.Put(decode(known, value)));
    }

    /** The value of the entry's key. */
    public static String encode(TopologyEntry entry) {
        var fields = new TreeMap<String, @Nullable Object>();
        fields.put("v", VERSION);
        switch (entry) {
            case VirtualHost vhost -> {
                fields.put("name", vhost.name().value());
                fields.put("description", vhost.description());
            }
            case User user -> {
                fields.put("name", user.name());
                fields.put("passwordHash", user.password().base64());
                fields.put("tags", user.tags());
                fields.put("limits", user.limits().values());
            }
            case Permission permission -> {
                fields.put("vhost", permission.vhost().value());
                fields.put("user", permission.user());
                fields.put("configure", permission.configure().expression());
                fields.put("write", permission.write().expression());
                fields.put("read", permission.read().expression());
            }
            case Setting setting -> SettingJson.encode(setting, fields);
            case ExchangeDefinition exchange -> exchange(exchange, fields);
            case QueueDefinition queue -> queue(queue, fields);
            case Binding binding -> {
                fields.put("vhost", binding.vhost().value());
                fields.put("source", binding.source().value());
                fields.put("destinationKind", binding.destination().kind().letter());
                fields.put("destination", binding.destination().name());
                fields.put("routingKey", binding.routingKey());
                fields.put("arguments", ArgumentsJson.encode(binding.arguments()));
            }
        }
        return text(fields);
    }

    private static void exchange(ExchangeDefinition exchange, Map<String, @Nullable Object> fields) {
        fields.put("vhost", exchange.vhost().value());
        fields.put("name", exchange.name().value());
        fields.put("type", exchange.type().text());
        fields.put("durable", exchange.durable());
        fields.put("autoDelete", exchange.autoDelete());
        fields.put("internal", exchange.internal());
        fields.put("arguments", ArgumentsJson.encode(exchange.arguments()));
        exchange.queue().ifPresent(held -> {
            var queue = new TreeMap<String, @Nullable Object>();
            queue(held, queue);
            fields.put("delays", present(queue));
        });
    }

    private static void queue(QueueDefinition queue, Map<String, @Nullable Object> fields) {
        fields.put("vhost", queue.vhost().value());
        fields.put("name", queue.name().value());
        fields.put("durable", queue.durable());
        fields.put("exclusiveOwner", queue.exclusiveOwner());
        fields.put("autoDelete", queue.autoDelete());
        fields.put("arguments", ArgumentsJson.encode(queue.arguments()));
        fields.put("kind", queue.kind().name());
        fields.put("qid", queue.qid());
        fields.put("topic", queue.topic());
        fields.put("slot", queue.slot());
        fields.put("incarnation", queue.incarnation());
        fields.put("homePod", queue.homePod());
        if (!queue.history().equals(QueueHistory.NONE)) {
            fields.put("history", QueueHistoryJson.encode(queue.history()));
        }
    }

    private static Map<String, @Nullable Object> present(Map<String, @Nullable Object> fields) {
        fields.values().removeIf(value -> value == null);
        return fields;
    }

    private static String text(Map<String, @Nullable Object> fields) {
        try {
            return JSON.writeValueAsString(present(fields));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of plain values are always JSON", e);
        }
    }

    /**
     * The entry with this value; the key's kind says what it is.
     *
     * @throws IllegalArgumentException if it is no such entry, or one of another version
     */
    public static TopologyEntry decode(TopologyKey key, String value) {
        var fields = fields(value);
        return switch (key) {
            case TopologyKey.OfVirtualHost ignored ->
                new VirtualHost(vhost(fields, "name"), text(fields, "description"));
            case TopologyKey.OfUser ignored -> user(fields);
            case TopologyKey.OfPermission ignored ->
                new Permission(
                        vhost(fields, "vhost"),
                        text(fields, "user"),
                        ResourcePattern.of(text(fields, "configure")),
                        ResourcePattern.of(text(fields, "write")),
                        ResourcePattern.of(text(fields, "read")));
            case TopologyKey.OfSetting setting -> SettingJson.decode(setting, fields);
            case TopologyKey.OfExchange ignored -> exchange(fields);
            case TopologyKey.OfQueue ignored -> queue(fields);
            case TopologyKey.OfBinding ignored ->
                new Binding(
                        vhost(fields, "vhost"),
                        new ExchangeName(text(fields, "source")),
                        new Destination(
                                Destination.Kind.ofLetter(text(fields, "destinationKind")),
                                text(fields, "destination")),
                        text(fields, "routingKey"),
                        ArgumentsJson.decode(fields.path("arguments")));
        };
    }

    private static JsonNode fields(String value) {
        try {
            var fields = JSON.readTree(value);
            if (fields.path("v").asInt() != VERSION) {
                throw new IllegalArgumentException("an entry of version " + fields.path("v") + " is not understood");
            }
            return fields;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("an entry of the topology is JSON", e);
        }
    }

    private static User user(JsonNode fields) {
        var tags = new LinkedHashSet<String>();
        fields.path("tags").forEach(tag -> tags.add(tag.asText()));
        return new User(
                text(fields, "name"),
                new PasswordHash(text(fields, "passwordHash")),
                tags,
                SettingJson.limits(fields.path("limits")));
    }

    private static ExchangeDefinition exchange(JsonNode fields) {
        var type = text(fields, "type");
        return new ExchangeDefinition(
                vhost(fields, "vhost"),
                new ExchangeName(text(fields, "name")),
                ExchangeType.of(type).orElseThrow(() -> new IllegalArgumentException("no exchange type: " + type)),
                fields.path("durable").asBoolean(),
                fields.path("autoDelete").asBoolean(),
                fields.path("internal").asBoolean(),
                ArgumentsJson.decode(fields.path("arguments")),
                fields.has("delays") ? queue(fields.path("delays")) : null);
    }

    private static QueueDefinition queue(JsonNode fields) {
        return new QueueDefinition(
                vhost(fields, "vhost"),
                new QueueName(text(fields, "name")),
                fields.path("durable").asBoolean(),
                textOrNull(fields, "exclusiveOwner"),
                fields.path("autoDelete").asBoolean(),
                ArgumentsJson.decode(fields.path("arguments")),
                QueueKind.valueOf(text(fields, "kind")),
                fields.path("qid").asLong(),
                textOrNull(fields, "topic"),
                fields.path("slot").asInt(),
                fields.path("incarnation").asInt(),
                textOrNull(fields, "homePod"),
                QueueHistoryJson.decode(fields.path("history")));
    }

    static VirtualHostName vhost(JsonNode fields, String field) {
        return new VirtualHostName(text(fields, field));
    }

    static String text(JsonNode fields, String field) {
        var text = textOrNull(fields, field);
        if (text == null) {
            throw new IllegalArgumentException("an entry of the topology lacks its " + field);
        }
        return text;
    }

    private static @Nullable String textOrNull(JsonNode fields, String field) {
        var text = fields.get(field);
        return text == null || !text.isTextual() ? null : text.textValue();
    }
}
