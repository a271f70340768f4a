package io.millrace.broker.management;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Actor;
import io.millrace.broker.topology.User;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request that found its route.
 *
 * @param parameters the variable parts of the path, decoded
 * @param query the query's parameters, decoded
 * @param body the JSON it carries; may be empty
 * @param reason why it is asked for; may be empty
 */
record Call(
        boolean isRead,
        Map<String, String> parameters,
        Map<String, List<String>> query,
        byte[] body,
        User user,
        String reason) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DEFAULT_EXCHANGE = "amq.default";

    String parameter(String name) {
        var value = parameters.get(name);
        if (value == null) {
            throw new IllegalStateException("the route has no " + name);
        }
        return value;
    }

    VirtualHostName vhost() {
        return new VirtualHostName(parameter("vhost"));
    }

    QueueName queue() {
        return new QueueName(parameter("queue"));
    }

    /** The exchange in the path; the default exchange goes by the name {@code amq.default}. */
    ExchangeName exchange() {
        var name = parameter("exchange");
        return new ExchangeName(name.equals(DEFAULT_EXCHANGE) ? "" : name);
    }

    /** Whose permissions count. There is no connection: exclusive queues are locked. */
    Actor actor() {
        return new Actor(user.name(), null);
    }

    /** How a list is wanted. */
    Listing listing() {
        return Listing.of(query);
    }

    /** A parameter of the query; the first if there are several of that name. */
    Optional<String> query(String name) {
        return query.getOrDefault(name, List.of()).stream().findFirst();
    }

    boolean flag(String name) {
        return query.getOrDefault(name, List.of()).contains("true");
    }

    /** The body, which must be a JSON object; no body counts as an empty one. */
    ObjectNode json() {
        if (body.length == 0) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw Refusal.badRequest("not_json: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw Refusal.badRequest("not_json");
        }
        throw Refusal.badRequest("not_json: an object is expected");
    }

    /** A text of the body, if it has it. */
    static Optional<String> text(JsonNode body, String key) {
        var value = body.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isValueNode()) {
            throw Refusal.badRequest("bad value of " + key);
        }
        return Optional.of(value.asText());
    }

    /** Passes if the body has all of these. */
    static void requireKeys(JsonNode body, List<String> keys) {
        var missing = keys.stream()
                .filter(key -> !body.hasNonNull(key))
                .map(key -> "{key_missing," + key + "}")
                .toList();
        if (!missing.isEmpty()) {
            throw Refusal.badRequest("[" + String.join(",", missing) + "]");
        }
    }

    static String requiredText(JsonNode body, String key) {
        return text(body, key).orElseThrow(() -> Refusal.badRequest("key_missing: " + key));
    }

    /** A truth of the body; RabbitMQ's tools send it as text. */
    static boolean truth(JsonNode body, String key, boolean otherwise) {
        return switch (text(body, key).orElse("")) {
            case "" -> otherwise;
            case "true" -> true;
            case "false" -> false;
            default -> throw Refusal.badRequest("not_boolean: " + key);
        };
    }

    static int number(JsonNode body, String key, int least, int most) {
        try {
            int number = Integer.parseInt(requiredText(body, key));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        throw Refusal.badRequest("%s is not a number from %d to %d".formatted(key, least, most));
    }

    static FieldTable arguments(JsonNode body) {
        return FieldJson.table(body.path("arguments"));
    }
}
