package io.millrace.operator.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.operator.intent.Arguments;
import io.millrace.operator.intent.PermissionIntent;
import io.millrace.operator.plan.BindingFacts;
import io.millrace.operator.plan.ExchangeFacts;
import io.millrace.operator.plan.QueueFacts;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The management HTTP API of a cluster, as far as the operator needs it. All calls block; they throw {@code FailureException}. */
public final class QueueAdmin {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What {@link #queue(JsonNode)} reads: a third of all that there is. */
    private static final String QUEUE_COLUMNS =
            "vhost,name,durable,arguments,messages_ready,messages_unacknowledged,consumers,owner_pod,migration";

    private final ManagementHttp http;

    /**
     * Connects.
     *
     * @param base such as http://orders-admin.shop.svc:15672
     */
    public QueueAdmin(URI base, String username, String password) {
        http = new ManagementHttp(base, username, password);
    }

    /** Returns all queues of all virtual hosts. */
    public List<QueueFacts> queues() {
        return list(ManagementHttp.path("queues") + "?columns=" + QUEUE_COLUMNS).stream()
                .map(QueueAdmin::queue)
                .toList();
    }

    /** Returns the topics that hold the messages of the queues of each slot, those too that a changed queue still empties. */
    public Map<Integer, Set<String>> topicsBySlot() {
        var topics = new HashMap<Integer, Set<String>>();
        for (var node : list(ManagementHttp.path("queues") + "?columns=slot,topic,migration")) {
            if (node.path("slot").isInt() && node.path("topic").isTextual()) {
                var ofSlot = topics.computeIfAbsent(node.path("slot").asInt(), slot -> new HashSet<>());
                ofSlot.add(node.path("topic").asText());
                elements(node.path("migration").path("topics")).forEach(former -> ofSlot.add(former.asText()));
            }
        }
        return topics;
    }

    /** Returns one queue. */
    public Optional<QueueFacts> queue(String vhost, String name) {
        return http.get(ManagementHttp.path("queues", vhost, name) + "?disable_stats=true")
                .map(QueueAdmin::queue);
    }

    /** Declares a durable queue. */
    public void declareQueue(String vhost, String name, Map<String, Object> arguments) {
        var body = JSON.createObjectNode().put("durable", true).put("auto_delete", false);
        body.set("arguments", JSON.valueToTree(arguments));
        http.put(ManagementHttp.path("queues", vhost, name), body);
    }

    /** Gives a queue other arguments; it keeps its messages, bindings and consumers. */
    public void changeQueue(String vhost, String name, Map<String, Object> arguments) {
        var body = JSON.createObjectNode();
        body.set("arguments", JSON.valueToTree(arguments));
        http.put(ManagementHttp.path("queues", vhost, name, "arguments"), body);
    }

    /**
     * Goes back, or ahead, in a queue that keeps settled messages.
     *
     * @param to earliest, latest, a time or an offset
     */
    public void rewind(String vhost, String name, String to) {
        http.post(
                ManagementHttp.path("queues", vhost, name, "rewind"),
                JSON.createObjectNode().put("to", to));
    }

    /** Deletes a queue; one that is gone already is fine. */
    public void deleteQueue(String vhost, String name, boolean ifEmpty) {
        http.delete(ManagementHttp.path("queues", vhost, name) + (ifEmpty ? "?if-empty=true" : ""));
    }

    /** Returns all exchanges of all virtual hosts. */
    public List<ExchangeFacts> exchanges() {
        return list(ManagementHttp.path("exchanges")).stream()
                .map(QueueAdmin::exchange)
                .toList();
    }

    /** Returns one exchange. */
    public Optional<ExchangeFacts> exchange(String vhost, String name) {
        return http.get(ManagementHttp.path("exchanges", vhost, name)).map(QueueAdmin::exchange);
    }

    /** Declares a durable exchange. */
    public void declareExchange(String vhost, String name, String type, Map<String, Object> arguments) {
        var body = JSON.createObjectNode()
                .put("type", type)
                .put("durable", true)
                .put("auto_delete", false)
                .put("internal", false);
        body.set("arguments", JSON.valueToTree(arguments));
        http.put(ManagementHttp.path("exchanges", vhost, name), body);
    }

    /** Deletes an exchange; one that is gone already is fine. */
    public void deleteExchange(String vhost, String name) {
        http.delete(ManagementHttp.path("exchanges", vhost, name));
    }

    /** Returns all bindings of all virtual hosts, without those every queue has with the default exchange. */
    public List<BindingFacts> bindings() {
        return list(ManagementHttp.path("bindings")).stream()
                .filter(node -> !node.path("source").asText().isEmpty())
                .map(QueueAdmin::binding)
                .toList();
    }

    /** Returns the bindings between two ends; none if one of them is not there. */
    public List<BindingFacts> bindings(String vhost, String exchange, BindingFacts.Kind kind, String destination) {
        return list(pairPath(vhost, exchange, kind, destination)).stream()
                .map(QueueAdmin::binding)
                .toList();
    }

    /** Returns how many bindings leave an exchange. */
    public int bindingsFrom(String vhost, String exchange) {
        return list(ManagementHttp.path("exchanges", vhost, exchange, "bindings", "source"))
                .size();
    }

    /** Adds a binding; one that exists already is fine. */
    public void bind(BindingFacts binding) {
        var body = JSON.createObjectNode().put("routing_key", binding.routingKey());
        body.set("arguments", JSON.valueToTree(binding.arguments()));
        http.post(pairPath(binding), body);
    }

    /** Removes a binding; one that is gone already is fine. */
    public void unbind(BindingFacts binding) {
        for (var node : list(pairPath(binding))) {
            if (binding(node).equals(binding)) {
                http.delete(pairPath(binding)
                        + "/"
                        + ManagementHttp.path(node.path("properties_key").asText())
                                .substring("/api/".length()));
            }
        }
    }

    /** Makes a virtual host; one that exists already is fine. */
    public void putVhost(String vhost) {
        if (http.get(ManagementHttp.path("vhosts", vhost) + "?disable_stats=true")
                .isEmpty()) {
            http.put(ManagementHttp.path("vhosts", vhost), JSON.createObjectNode());
        }
    }

    /** Returns the tags of all users. */
    public Map<String, List<String>> users() {
        var users = new HashMap<String, List<String>>();
        list(ManagementHttp.path("users"))
                .forEach(node -> users.put(node.path("name").asText(), tags(node.path("tags"))));
        return users;
    }

    /** Makes a user that has no password, or takes it; and changes its tags. */
    public void putUserWithoutPassword(String name, List<String> tags) {
        http.put(ManagementHttp.path("users", name), JSON.createObjectNode().put("tags", String.join(",", tags)));
    }

    /** Makes a user, or changes its password and tags. */
    public void putUser(String name, String password, List<String> tags) {
        var body = JSON.createObjectNode().put("password", password).put("tags", String.join(",", tags));
        http.put(ManagementHttp.path("users", name), body);
    }

    /** Deletes a user; one that is gone already is fine. */
    public void deleteUser(String name) {
        http.delete(ManagementHttp.path("users", name));
    }

    /** Returns what a user may do. */
    public List<PermissionIntent> permissions(String user) {
        return http
                .get(ManagementHttp.path("users", user, "permissions"))
                .map(QueueAdmin::elements)
                .orElse(List.of())
                .stream()
                .map(QueueAdmin::permission)
                .toList();
    }

    /** Returns what every user may do. */
    public Map<String, List<PermissionIntent>> permissions() {
        var permissions = new HashMap<String, List<PermissionIntent>>();
        for (var node : list(ManagementHttp.path("permissions"))) {
            permissions
                    .computeIfAbsent(node.path("user").asText(), user -> new ArrayList<>())
                    .add(permission(node));
        }
        return permissions;
    }

    /** Sets what a user may do in one virtual host. */
    public void putPermission(String user, PermissionIntent permission) {
        ObjectNode body = JSON.createObjectNode()
                .put("configure", permission.configure())
                .put("write", permission.write())
                .put("read", permission.read());
        http.put(ManagementHttp.path("permissions", permission.vhost(), user), body);
    }

    /** Takes all rights in one virtual host from a user. */
    public void deletePermission(String user, String vhost) {
        http.delete(ManagementHttp.path("permissions", vhost, user));
    }

    private List<JsonNode> list(String path) {
        return http.get(path).map(QueueAdmin::elements).orElse(List.of());
    }

    private static List<JsonNode> elements(JsonNode array) {
        var elements = new ArrayList<JsonNode>();
        array.forEach(elements::add);
        return elements;
    }

    private static String pairPath(BindingFacts binding) {
        return pairPath(binding.vhost(), binding.source(), binding.kind(), binding.destination());
    }

    private static String pairPath(String vhost, String source, BindingFacts.Kind kind, String destination) {
        return ManagementHttp.path("bindings", vhost, "e", source, kind.letter(), destination);
    }

    private static QueueFacts queue(JsonNode node) {
        return new QueueFacts(
                node.path("vhost").asText(),
                node.path("name").asText(),
                node.path("durable").asBoolean(true),
                arguments(node),
                node.path("messages_ready").asLong(),
                node.path("messages_unacknowledged").asLong(),
                node.path("consumers").asInt(),
                node.path("owner_pod").asText(""),
                migration(node.path("migration")),
                node.has("messages_ready"));
    }

    private static Optional<QueueFacts.Migration> migration(JsonNode node) {
        return node.isObject()
                ? Optional.of(new QueueFacts.Migration(
                        node.path("switched").asBoolean(),
                        node.path("messages_left").asLong()))
                : Optional.empty();
    }

    private static ExchangeFacts exchange(JsonNode node) {
        return new ExchangeFacts(
                node.path("vhost").asText(),
                node.path("name").asText(),
                node.path("type").asText(),
                node.path("durable").asBoolean(true),
                arguments(node));
    }

    private static BindingFacts binding(JsonNode node) {
        return new BindingFacts(
                node.path("vhost").asText(),
                node.path("source").asText(),
                node.path("destination").asText(),
                kind(node.path("destination_type").asText()),
                node.path("routing_key").asText(),
                arguments(node));
    }

    private static BindingFacts.Kind kind(String word) {
        return Arrays.stream(BindingFacts.Kind.values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElse(BindingFacts.Kind.EXCHANGE);
    }

    private static PermissionIntent permission(JsonNode node) {
        return new PermissionIntent(
                node.path("vhost").asText(),
                node.path("configure").asText(),
                node.path("write").asText(),
                node.path("read").asText());
    }

    private static List<String> tags(JsonNode tags) {
        // RabbitMQ has answered with a list since 3.9 and with a comma separated string before.
        if (tags.isArray()) {
            return elements(tags).stream().map(JsonNode::asText).toList();
        }
        return tags.asText().isEmpty() ? List.of() : List.of(tags.asText().split(",", -1));
    }

    private static Map<String, Object> arguments(JsonNode node) {
        return Arguments.normal(JSON.convertValue(
                node.path("arguments").isObject() ? node.path("arguments") : JSON.createObjectNode(),
                new TypeReference<Map<String, Object>>() {}));
    }
}
