package io.millrace.broker.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Actor;
import io.millrace.broker.topology.Allocation;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.Destination;
import io.millrace.broker.topology.GlobalParameter;
import io.millrace.broker.topology.Limits;
import io.millrace.broker.topology.PasswordHash;
import io.millrace.broker.topology.Permission;
import io.millrace.broker.topology.Policy;
import io.millrace.broker.topology.PolicyTerms;
import io.millrace.broker.topology.ResourcePattern;
import io.millrace.broker.topology.Setting;
import io.millrace.broker.topology.TopicPermission;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.TopologyMachine;
import io.millrace.broker.topology.User;
import io.millrace.broker.topology.VirtualHost;
import io.millrace.broker.topology.VirtualHostLimits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a file of definitions asks for, as commands. The whole file is read, and all of it decided on the image, before
 * anything is done: a file with an error changes nothing. What is there already stays as it is where RabbitMQ leaves it so
 * (queues and exchanges); all else is put.
 */
final class DefinitionsImport {
    private final Topology image;
    private final @Nullable VirtualHostName only;
    private final String importer;
    private final Set<VirtualHostName> vhosts = new HashSet<>();
    private final List<List<TopologyCommand>> phases = new ArrayList<>();
    private final List<TopologyCommand> entries = new ArrayList<>();
    private List<TopologyCommand> phase = new ArrayList<>();

    private DefinitionsImport(Topology image, @Nullable VirtualHostName only, String importer) {
        this.image = image;
        this.only = only;
        this.importer = importer;
        image.vhosts().forEach(vhost -> vhosts.add(vhost.name()));
    }

    /**
     * Commands in phases: those of one phase do not depend on each other, and need all phases before.
     *
     * @param only the virtual host all of it is for; absent if the file names them, and has users and virtual hosts too
     * @param importer may do everything in new virtual hosts
     * @throws Refusal that tells the first thing that is wrong
     */
    static List<List<TopologyCommand>> phases(
            JsonNode file, Topology image, @Nullable VirtualHostName only, String importer) {
        var read = new DefinitionsImport(image, only, importer);
        read.read(file);
        require(read.phases.stream().flatMap(List::stream).toList(), image);
        return read.phases;
    }

    private void read(JsonNode file) {
        if (only == null) {
            each(file, "users", this::user);
            each(file, "vhosts", this::vhost);
            phases.add(entries);
            each(file, "permissions", this::permission);
            each(file, "topic_permissions", this::topicPermission);
            each(file, "global_parameters", this::globalParameter);
        }
        each(file, "exchanges", this::exchange);
        each(file, "policies", policy -> put(policy(Policy.Layer.USER, policy, policy)));
        each(file, "parameters", this::parameter);
        each(file, "queues", this::queue);
        each(file, "bindings", this::binding);
    }

    private void each(JsonNode file, String section, Consumer<ObjectNode> read) {
        phase = new ArrayList<>();
        for (var thing : file.path(section)) {
            if (!(thing instanceof ObjectNode object)) {
                throw Refusal.badRequest(section + " is not a list of objects");
            }
            read.accept(object);
        }
        phases.add(phase);
    }

    private void put(Setting setting) {
        phase.add(new TopologyCommand.PutSetting(setting));
    }

    private VirtualHostName vhostOf(JsonNode thing) {
        var vhost = only == null ? new VirtualHostName(Call.requiredText(thing, "vhost")) : only;
        if (!vhosts.contains(vhost)) {
            throw Refusal.badRequest(
                    "Please create virtual host \"" + vhost.value() + "\" prior to importing definitions.");
        }
        return vhost;
    }

    private void user(ObjectNode user) {
        var name = Call.requiredText(user, "name");
        if (!user.has("tags")) {
            throw Refusal.badRequest("tags_not_present");
        }
        var algorithm = Call.text(user, "hashing_algorithm").orElse(PasswordHash.ALGORITHM);
        if (!algorithm.equals(PasswordHash.ALGORITHM)) {
            throw Refusal.badRequest("user '%s': hashing_algorithm %s is not known, only %s"
                    .formatted(name, algorithm, PasswordHash.ALGORITHM));
        }
        var limits = user.has("limits")
                ? Limits.ofUser(FieldJson.table(user.path("limits")))
                : image.user(name).map(User::limits).orElse(Limits.NONE);
        phase.add(new TopologyCommand.PutUser(
                new User(name, AccountRoutes.password(user), AccountRoutes.tags(user.path("tags")), limits)));
    }

    private void vhost(ObjectNode vhost) {
        var name = new VirtualHostName(Call.requiredText(vhost, "name"));
        var description = Call.text(vhost, "description")
                .or(() -> Call.text(vhost.path("metadata"), "description"))
                .orElse("");
        phase.add(new TopologyCommand.PutVirtualHost(new VirtualHost(name, description)));
        if (vhosts.add(name)) {
            entries.add(new TopologyCommand.PutPermission(VirtualHostRoutes.all(name, importer)));
        }
    }

    private void permission(ObjectNode permission) {
        phase.add(new TopologyCommand.PutPermission(new Permission(
                vhostOf(permission),
                Call.requiredText(permission, "user"),
                pattern(permission, "configure"),
                pattern(permission, "write"),
                pattern(permission, "read"))));
    }

    private static ResourcePattern pattern(ObjectNode permission, String operation) {
        return ResourcePattern.of(Call.requiredText(permission, operation));
    }

    private void topicPermission(ObjectNode permission) {
        put(TopicPermission.of(
                vhostOf(permission),
                Call.requiredText(permission, "user"),
                new ExchangeName(Call.requiredText(permission, "exchange")),
                Call.requiredText(permission, "write"),
                Call.requiredText(permission, "read")));
    }

    private void globalParameter(ObjectNode parameter) {
        put(new GlobalParameter(
                Call.requiredText(parameter, "name"), parameter.path("value").toString()));
    }

    private Policy policy(Policy.Layer layer, ObjectNode named, JsonNode terms) {
        var vhost = vhostOf(named);
        var name = Call.requiredText(named, "name");
        try {
            return PolicyTerms.policy(layer, vhost, name, FieldJson.table(terms));
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("%s (%s/%s)".formatted(e.getMessage(), vhost.value(), name));
        }
    }

    private void parameter(ObjectNode parameter) {
        var value = parameter.path("value");
        switch (Call.requiredText(parameter, "component")) {
            case "operator_policy" -> put(policy(Policy.Layer.OPERATOR, parameter, value));
            case "vhost-limits" ->
                put(new VirtualHostLimits(vhostOf(parameter), Limits.ofVirtualHost(FieldJson.table(value))));
            case String other -> throw Refusal.badRequest("Validation failed\n\ncomponent " + other + " not found\n");
        }
    }

    private void exchange(ObjectNode exchange) {
        var vhost = vhostOf(exchange);
        var name = new ExchangeName(Call.requiredText(exchange, "name"));
        if (!Definitions.isReserved(name)
                && image.vhost(vhost).flatMap(host -> host.exchange(name)).isEmpty()) {
            phase.add(new TopologyCommand.DeclareExchange(
                    Actor.BROKER,
                    vhost,
                    name.value(),
                    Call.requiredText(exchange, "type"),
                    Call.truth(exchange, "durable", true),
                    Call.truth(exchange, "auto_delete", false),
                    Call.truth(exchange, "internal", false),
                    Call.arguments(exchange)));
        }
    }

    private void queue(ObjectNode queue) {
        var vhost = vhostOf(queue);
        var name = new QueueName(Call.requiredText(queue, "name"));
        if (!name.value().startsWith("amq.")
                && image.vhost(vhost).flatMap(host -> host.queue(name)).isEmpty()) {
            phase.add(new TopologyCommand.DeclareQueue(
                    Actor.BROKER,
                    vhost,
                    name.value(),
                    false,
                    Call.truth(queue, "durable", true),
                    false,
                    Call.truth(queue, "auto_delete", false),
                    Call.arguments(queue)));
        }
    }

    private void binding(ObjectNode binding) {
        phase.add(new TopologyCommand.Bind(
                Actor.BROKER,
                vhostOf(binding),
                Call.requiredText(binding, "source"),
                destination(binding),
                Call.text(binding, "routing_key").orElse(""),
                Call.arguments(binding)));
    }

    private static Destination destination(ObjectNode binding) {
        var name = Call.requiredText(binding, "destination");
        return switch (Call.requiredText(binding, "destination_type")) {
            case "queue" -> new Destination(Destination.Kind.QUEUE, name);
            case "exchange" -> new Destination(Destination.Kind.EXCHANGE, name);
            case "topic" -> new Destination(Destination.Kind.TOPIC, name);
            case String other -> throw Refusal.badRequest("no destination_type: " + other);
        };
    }

    /** Decides all commands, without carrying them out. */
    private static void require(List<TopologyCommand> commands, Topology image) {
        var after = image;
        for (int i = 0; i < commands.size(); i++) {
            switch (TopologyMachine.decide(commands.get(i), after, new Allocation(Long.MAX_VALUE - i, 1, 1, "none"))) {
                case Decision.Refused(var error) -> throw Refusal.badRequest(text(error));
                case Decision.Accepted(var events, var reply) -> after = after.apply(events);
            }
        }
    }

    private static String text(AmqpError error) {
        return error.replyCode().name().toLowerCase(Locale.ROOT) + ": " + error.explanation();
    }
}
