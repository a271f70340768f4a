package io.millrace.broker.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.cluster.QueueCount;
import io.millrace.broker.cluster.QueueFlow;
import io.millrace.broker.model.Meter;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Binding;
import io.millrace.broker.topology.Destination;
import io.millrace.broker.topology.EffectivePolicy;
import io.millrace.broker.topology.ExchangeDefinition;
import io.millrace.broker.topology.GlobalParameter;
import io.millrace.broker.topology.Limits;
import io.millrace.broker.topology.PasswordHash;
import io.millrace.broker.topology.Permission;
import io.millrace.broker.topology.Policy;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.TopicPermission;
import io.millrace.broker.topology.User;
import io.millrace.broker.topology.VirtualHost;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/** The JSON of everything, with RabbitMQ's field names. */
final class Shapes {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Shapes() {}

    static ObjectNode object() {
        return JSON.objectNode();
    }

    static ArrayNode array(Stream<? extends JsonNode> elements) {
        var array = JSON.arrayNode();
        elements.forEach(array::add);
        return array;
    }

    static ArrayNode texts(Collection<String> texts) {
        return array(texts.stream().map(JSON::textNode));
    }

    static ObjectNode vhost(VirtualHost vhost, String pod) {
        var shape = object().put("name", vhost.name().value())
                .put("description", vhost.description())
                .put("default_queue_type", "classic")
                .put("tracing", false);
        shape.putArray("tags");
        shape.putObject("cluster_state").put(pod, "running");
        shape.putObject("metadata")
                .put("description", vhost.description())
                .put("default_queue_type", "classic")
                .putArray("tags");
        return shape;
    }

    static ObjectNode user(User user) {
        var shape = object().put("name", user.name())
                .put("password_hash", user.password().base64())
                .put("hashing_algorithm", PasswordHash.ALGORITHM);
        shape.set("tags", texts(user.tags()));
        shape.set("limits", limits(user.limits()));
        return shape;
    }

    static ObjectNode whoami(User user) {
        var shape = object().put("name", user.name());
        shape.set("tags", texts(user.tags()));
        return shape.put("is_internal_user", true);
    }

    static ObjectNode permission(Permission permission) {
        return object().put("user", permission.user())
                .put("vhost", permission.vhost().value())
                .put("configure", permission.configure().expression())
                .put("write", permission.write().expression())
                .put("read", permission.read().expression());
    }

    static ObjectNode topicPermission(TopicPermission permission) {
        return object().put("user", permission.user())
                .put("vhost", permission.vhost().value())
                .put("exchange", permission.exchange().value())
                .put("write", permission.write().expression())
                .put("read", permission.read().expression());
    }

    static ObjectNode parameter(VirtualHostName vhost, String component, String name, JsonNode value) {
        var shape = object();
        shape.set("value", value);
        return shape.put("vhost", vhost.value()).put("component", component).put("name", name);
    }

    static ObjectNode globalParameter(GlobalParameter parameter) {
        var shape = object().put("name", parameter.name());
        shape.set("value", FieldJson.parse(parameter.json()));
        return shape;
    }

    static ObjectNode limits(Limits limits) {
        var shape = object();
        limits.values().forEach(shape::put);
        return shape;
    }

    static ObjectNode policy(Policy policy) {
        var shape = object().put("vhost", policy.vhost().value())
                .put("name", policy.name())
                .put("pattern", policy.pattern().expression())
                .put("apply-to", policy.appliesTo().text());
        shape.set("definition", FieldJson.json(policy.definition()));
        return shape.put("priority", policy.priority());
    }

    static ObjectNode exchange(ExchangeDefinition exchange, EffectivePolicy policy) {
        var shape = object().put("name", exchange.name().value())
                .put("vhost", exchange.vhost().value())
                .put("type", exchange.type().text())
                .put("durable", exchange.durable())
                .put("auto_delete", exchange.autoDelete())
                .put("internal", exchange.internal())
                .put("user_who_performed_action", "");
        shape.set("arguments", FieldJson.json(exchange.arguments()));
        policy.name().ifPresent(name -> shape.put("policy", name));
        return shape;
    }

    /**
     * A queue; one whose owner does not answer has no counts.
     *
     * @param owner the pod that serves it; empty while none does
     */
    static ObjectNode queue(QueueDefinition queue, EffectivePolicy policy, Optional<QueueCount> counts, String owner) {
        var shape = object().put("name", queue.name().value())
                .put("vhost", queue.vhost().value())
                .put("type", queue.type().text())
                .put("durable", queue.durable())
                .put("auto_delete", queue.autoDelete())
                .put("exclusive", queue.isExclusive())
                .put("state", counts.isPresent() ? "running" : "down")
                .put("node", owner)
                .put("owner_pod", owner)
                .put("slot", queue.slot())
                .put("topic", queue.topic())
                .put("policy", policy.name().orElse(null))
                .put("operator_policy", policy.operatorName().orElse(null));
        shape.set("effective_policy_definition", FieldJson.json(policy.definition()));
        shape.set("arguments", FieldJson.json(queue.arguments()));
        counts.ifPresent(known -> counts(shape, known).set("message_stats", flow(known.flow())));
        if (!queue.history().formerLogs().isEmpty()) {
            var migration =
                    shape.putObject("migration").put("switched", queue.history().switched());
            counts.ifPresent(known -> migration.put("messages_left", known.former()));
            var topics = migration.putArray("topics");
            queue.history().formerLogs().forEach(log -> topics.add(log.topic()));
        }
        queue.owner()
                .ifPresent(connection -> shape.putObject("owner_pid_details").put("name", connection));
        return shape;
    }

    /** Adds how full a queue is. */
    static ObjectNode counts(ObjectNode shape, QueueCount count) {
        return shape.put("messages", count.ready() + count.unacked())
                .put("messages_ready", count.ready())
                .put("messages_unacknowledged", count.unacked())
                .put("consumers", count.consumers());
    }

    static ObjectNode binding(Binding binding) {
        var shape = object().put("source", binding.source().value())
                .put("vhost", binding.vhost().value())
                .put("destination", binding.destination().name())
                .put("destination_type", destinationType(binding.destination().kind()))
                .put("routing_key", binding.routingKey());
        shape.set("arguments", FieldJson.json(binding.arguments()));
        return shape.put("properties_key", propertiesKey(binding));
    }

    private static String destinationType(Destination.Kind kind) {
        return switch (kind) {
            case QUEUE -> "queue";
            case EXCHANGE -> "exchange";
            case TOPIC -> "topic";
        };
    }

    /** What tells a binding from others of the same two ends: its routing key, quoted, and a hash of its arguments if it has any. */
    static String propertiesKey(Binding binding) {
        var key = URLEncoder.encode(binding.routingKey(), StandardCharsets.UTF_8);
        if (!binding.arguments().isEmpty()) {
            return key + "~" + binding.key().hash();
        }
        return key.isEmpty() ? "~" : key;
    }

    /** Counts and rates; the names are RabbitMQ's. */
    static ObjectNode flow(QueueFlow flow) {
        var shape = object();
        meter(shape, "publish", flow.published());
        meter(shape, "deliver_get", flow.delivered());
        meter(shape, "redeliver", flow.redelivered());
        meter(shape, "ack", flow.acknowledged());
        return shape;
    }

    /** A count and its rate. */
    static void meter(ObjectNode shape, String name, Meter meter) {
        shape.put(name, meter.count()).putObject(name + "_details").put("rate", meter.perSecond());
    }
}
