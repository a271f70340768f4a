package io.millrace.broker.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.topology.Binding;
import io.millrace.broker.topology.Destination;
import io.millrace.broker.topology.ExchangeDefinition;
import io.millrace.broker.topology.GlobalParameter;
import io.millrace.broker.topology.Policy;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.TopicPermission;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.User;
import io.millrace.broker.topology.VirtualHost;
import io.millrace.broker.topology.VirtualHostTopology;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** All that is defined, in the form RabbitMQ exports: enough to make it again, and nothing about how it runs. */
final class Definitions {
    private final Topology image;
    private final String version;

    /** @param version the RabbitMQ version whose form this is */
    Definitions(Topology image, String version) {
        this.image = image;
        this.version = version;
    }

    ObjectNode ofCluster() {
        var file = head("cluster", "Definitions of cluster 'millrace'");
        file.put("original_cluster_name", "millrace");
        put(
                file,
                "users",
                image.users().stream().sorted(Comparator.comparing(User::name)).map(Shapes::user));
        put(
                file,
                "vhosts",
                vhosts().flatMap(vhost -> vhost.definition().stream()).map(Definitions::vhost));
        put(
                file,
                "permissions",
                image.permissions().stream().sorted(AccountRoutes.ORDER).map(Shapes::permission));
        put(
                file,
                "topic_permissions",
                image.settings(TopicPermission.class)
                        .sorted(TopicPermissionRoutes.ORDER)
                        .map(Shapes::topicPermission));
        put(file, "parameters", parameters());
        put(
                file,
                "global_parameters",
                image.settings(GlobalParameter.class)
                        .sorted(Comparator.comparing(GlobalParameter::name))
                        .map(Shapes::globalParameter));
        put(file, "policies", vhosts().flatMap(Definitions::policies));
        put(file, "queues", vhosts().flatMap(Definitions::queues));
        put(file, "exchanges", vhosts().flatMap(Definitions::exchanges));
        put(file, "bindings", vhosts().flatMap(Definitions::bindings));
        return file;
    }

    /** What is in one virtual host; it may be imported into another one. */
    ObjectNode of(VirtualHostTopology vhost) {
        var name = vhost.name().value();
        var file = head("single_virtual_host", "Definitions of virtual host '" + name + "'");
        file.put("original_vhost_name", name);
        vhost.definition().ifPresent(definition -> {
            ObjectNode about = vhost(definition).without(List.of("name", "tags"));
            file.setAll(about);
        });
        file.set("limits", Shapes.limits(image.limits(vhost.name())));
        put(file, "parameters", parameters(vhost).map(Definitions::withoutVhost));
        put(file, "policies", policies(vhost).map(Definitions::withoutVhost));
        put(file, "queues", queues(vhost).map(Definitions::withoutVhost));
        put(file, "exchanges", exchanges(vhost).map(Definitions::withoutVhost));
        put(file, "bindings", bindings(vhost).map(Definitions::withoutVhost));
        return file;
    }

    private ObjectNode head(String format, String explanation) {
        return Shapes.object()
                .put("rabbit_version", version)
                .put("rabbitmq_version", version)
                .put("product_name", "Millrace")
                .put("product_version", version)
                .put("rabbitmq_definition_format", format)
                .put("explanation", explanation);
    }

    private static void put(ObjectNode file, String section, Stream<? extends JsonNode> things) {
        ArrayNode array = file.putArray(section);
        things.forEach(array::add);
    }

    private Stream<VirtualHostTopology> vhosts() {
        return image.vhosts().sorted(Comparator.comparing(vhost -> vhost.name().value()));
    }

    private static ObjectNode withoutVhost(ObjectNode thing) {
        thing.remove("vhost");
        return thing;
    }

    private static ObjectNode vhost(VirtualHost vhost) {
        return Shapes.vhost(vhost, "").retain("name", "description", "tags", "default_queue_type", "metadata");
    }

    /** The parameters of all virtual hosts. */
    Stream<ObjectNode> parameters() {
        return vhosts().flatMap(this::parameters);
    }

    private Stream<ObjectNode> parameters(VirtualHostTopology vhost) {
        var operators = sorted(vhost, Policy.Layer.OPERATOR)
                .map(policy -> Shapes.parameter(
                        policy.vhost(),
                        "operator_policy",
                        policy.name(),
                        Shapes.policy(policy).retain("pattern", "definition", "priority", "apply-to")));
        var limits = image.limits(vhost.name());
        return limits.values().isEmpty()
                ? operators
                : Stream.concat(
                        operators,
                        Stream.of(Shapes.parameter(vhost.name(), "vhost-limits", "limits", Shapes.limits(limits))));
    }

    private static Stream<ObjectNode> policies(VirtualHostTopology vhost) {
        return sorted(vhost, Policy.Layer.USER).map(Shapes::policy);
    }

    private static Stream<Policy> sorted(VirtualHostTopology vhost, Policy.Layer layer) {
        return vhost.policies().stream()
                .filter(policy -> policy.layer() == layer)
                .sorted(Comparator.comparing(Policy::name));
    }

    /** Exclusive queues are their connections' own. */
    private static Stream<ObjectNode> queues(VirtualHostTopology vhost) {
        return vhost.queues().stream()
                .filter(queue -> !queue.isExclusive())
                .sorted(Comparator.comparing(queue -> queue.name().value()))
                .map(Definitions::queue);
    }

    private static ObjectNode queue(QueueDefinition queue) {
        var shape = Shapes.object()
                .put("name", queue.name().value())
                .put("vhost", queue.vhost().value())
                .put("durable", queue.durable())
                .put("auto_delete", queue.autoDelete());
        shape.set("arguments", FieldJson.json(queue.arguments()));
        return shape;
    }

    private static Stream<ObjectNode> exchanges(VirtualHostTopology vhost) {
        return vhost.exchanges().stream()
                .filter(exchange -> !isReserved(exchange.name()))
                .sorted(Comparator.comparing(exchange -> exchange.name().value()))
                .map(Definitions::exchange);
    }

    /** Every virtual host has these of its own. */
    static boolean isReserved(ExchangeName exchange) {
        return exchange.isDefault() || exchange.value().startsWith("amq.");
    }

    private static ObjectNode exchange(ExchangeDefinition exchange) {
        var shape = Shapes.object()
                .put("name", exchange.name().value())
                .put("vhost", exchange.vhost().value())
                .put("type", exchange.type().text())
                .put("durable", exchange.durable())
                .put("auto_delete", exchange.autoDelete())
                .put("internal", exchange.internal());
        shape.set("arguments", FieldJson.json(exchange.arguments()));
        return shape;
    }

    private static Stream<ObjectNode> bindings(VirtualHostTopology vhost) {
        return vhost.bindings().stream()
                .filter(binding -> !isToExclusive(vhost, binding))
                .sorted(BindingRoutes.ORDER)
                .map(Shapes::binding)
                .map(binding -> {
                    binding.remove("properties_key");
                    return binding;
                });
    }

    private static boolean isToExclusive(VirtualHostTopology vhost, Binding binding) {
        return binding.destination().kind() == Destination.Kind.QUEUE
                && vhost.queue(new QueueName(binding.destination().name()))
                        .filter(QueueDefinition::isExclusive)
                        .isPresent();
    }
}
