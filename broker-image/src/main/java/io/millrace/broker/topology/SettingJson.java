package io.millrace.broker.topology;

import static io.millrace.broker.topology.TopologyJson.text;
import static io.millrace.broker.topology.TopologyJson.vhost;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.broker.model.ExchangeName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings as the values of the topology log. */
final class SettingJson {
    private SettingJson() {}

    static void encode(Setting setting, Map<String, @Nullable Object> fields) {
        switch (setting) {
            case Policy policy -> {
                fields.put("vhost", policy.vhost().value());
                fields.put("name", policy.name());
                fields.put("pattern", policy.pattern().expression());
                fields.put("appliesTo", policy.appliesTo().text());
                fields.put("priority", policy.priority());
                fields.put("definition", ArgumentsJson.encode(policy.definition()));
            }
            case TopicPermission permission -> {
                fields.put("vhost", permission.vhost().value());
                fields.put("user", permission.user());
                fields.put("exchange", permission.exchange().value());
                fields.put("write", permission.write().expression());
                fields.put("read", permission.read().expression());
            }
            case VirtualHostLimits limits -> {
                fields.put("vhost", limits.vhost().value());
                fields.put("limits", limits.limits().values());
            }
            case GlobalParameter parameter -> {
                fields.put("name", parameter.name());
                fields.put("json", parameter.json());
            }
        }
    }

    static Setting decode(TopologyKey.OfSetting key, JsonNode fields) {
        return switch (key) {
            case TopologyKey.OfPolicy(var layer, var vhost, var name) -> policy(layer, fields);
            case TopologyKey.OfTopicPermission ignored ->
                TopicPermission.of(
                        vhost(fields, "vhost"),
                        text(fields, "user"),
                        new ExchangeName(text(fields, "exchange")),
                        text(fields, "write"),
                        text(fields, "read"));
            case TopologyKey.OfLimits ignored ->
                new VirtualHostLimits(vhost(fields, "vhost"), limits(fields.path("limits")));
            case TopologyKey.OfGlobalParameter ignored ->
                new GlobalParameter(text(fields, "name"), text(fields, "json"));
        };
    }

    private static Policy policy(Policy.Layer layer, JsonNode fields) {
        return new Policy(
                layer,
                vhost(fields, "vhost"),
                text(fields, "name"),
                ResourcePattern.anywhere(text(fields, "pattern")),
                AppliesTo.of(text(fields, "appliesTo")).orElseThrow(() -> new IllegalArgumentException("for nothing")),
                fields.path("priority").asLong(),
                ArgumentsJson.decode(fields.path("definition")));
    }

    static Limits limits(JsonNode fields) {
        var values = new HashMap<String, Long>();
        fields.properties()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().asLong()));
        return new Limits(values);
    }
}
