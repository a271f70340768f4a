package io.millrace.broker.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** A file of definitions: a virtual host with a user, permissions and a policy, and so many exchanges that are each bound to a queue. */
final class Definitions {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is told apart by this field in each section. */
    private static final Map<String, String> NAMES = Map.of(
            "queues",
            "name",
            "exchanges",
            "name",
            "bindings",
            "routing_key",
            "policies",
            "name",
            "permissions",
            "user");

    private final ObjectNode file = JSON.createObjectNode();
    private final String vhost;

    Definitions(String vhost, int count) {
        this.vhost = vhost;
        file.withArray("vhosts").addObject().put("name", vhost);
        file.withArray("users")
                .addObject()
                .put("name", user())
                .put("password", "secret")
                .put("tags", "");
        for (var user : new String[] {user(), "guest"}) {
            in("permissions")
                    .put("user", user)
                    .put("configure", ".*")
                    .put("write", ".*")
                    .put("read", ".*");
        }
        in("policies")
                .put("name", "limit")
                .put("pattern", "^queue")
                .put("apply-to", "queues")
                .putObject("definition")
                .put("max-length", 1_000);
        for (int i = 0; i < count; i++) {
            in("queues")
                    .put("name", "queue-" + i)
                    .put("durable", true)
                    .putObject("arguments")
                    .put("x-queue-type", "classic")
                    .put("x-message-ttl", 3_600_000 + i);
            in("exchanges").put("name", "exchange-" + i).put("type", "direct").put("durable", true);
            in("bindings")
                    .put("source", "exchange-" + i)
                    .put("destination", "queue-" + i)
                    .put("destination_type", "queue")
                    .put("routing_key", "key-" + i);
        }
    }

    private ObjectNode in(String section) {
        return file.withArray(section).addObject().put("vhost", vhost);
    }

    String user() {
        return "user-of-" + vhost;
    }

    String json() {
        return file.toString();
    }

    /** What differs between the file and what all a pod says there is has of the virtual host: what is too much, missing or other there. */
    Map<String, Object> differencesTo(JsonNode all) {
        var differences = new TreeMap<String, Object>();
        NAMES.forEach((section, name) -> {
            var mine = byName(file.path(section), name);
            var theirs = byName(all.path(section), name);
            theirs.forEach((key, object) -> {
                if (!mine.containsKey(key)) {
                    differences.put(section + " " + key, "too much");
                }
            });
            mine.forEach((key, object) -> {
                var there = theirs.get(key);
                if (there == null) {
                    differences.put(section + " " + key, "missing");
                } else {
                    object.properties().stream()
                            .filter(field -> there.has(field.getKey())
                                    && !there.path(field.getKey()).equals(field.getValue()))
                            .forEach(field -> differences.put(section + " " + key, there));
                }
            });
        });
        return differences;
    }

    private Map<String, JsonNode> byName(JsonNode section, String name) {
        var objects = new TreeMap<String, JsonNode>();
        for (var object : section) {
            if (object.path("vhost").asText().equals(vhost)) {
                objects.put(object.path(name).asText(), object);
            }
        }
        return objects;
    }
}
