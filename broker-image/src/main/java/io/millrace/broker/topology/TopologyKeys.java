package io.millrace.broker.topology;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import java.util.Optional;

/** Keys as the topology log has them: {@code type/vhost/name…}, every part encoded so that it holds no slash. */
public final class TopologyKeys {
    private TopologyKeys() {}

    /** The key as text. */
    public static String encode(TopologyKey key) {
        return switch (key) {
            case TopologyKey.OfVirtualHost(var name) -> "vhost/" + LogNames.encode(name.value());
            case TopologyKey.OfUser(var name) -> "user/" + LogNames.encode(name);
            case TopologyKey.OfPermission(var vhost, var user) -> "perm/" + in(vhost) + LogNames.encode(user);
            case TopologyKey.OfPolicy(var layer, var vhost, var name) ->
                (layer == Policy.Layer.OPERATOR ? "opolicy/" : "policy/") + in(vhost) + LogNames.encode(name);
            case TopologyKey.OfTopicPermission(var vhost, var user, var exchange) ->
                "topicperm/" + in(vhost) + LogNames.encode(user) + "/" + LogNames.encode(exchange.value());
            case TopologyKey.OfLimits(var vhost) -> "limit/" + LogNames.encode(vhost.value());
            case TopologyKey.OfGlobalParameter(var name) -> "gparam/" + LogNames.encode(name);
            case TopologyKey.OfExchange(var vhost, var name) -> "exchange/" + in(vhost) + LogNames.encode(name.value());
            case TopologyKey.OfQueue(var vhost, var name) -> "queue/" + in(vhost) + LogNames.encode(name.value());
            case TopologyKey.OfBinding(var vhost, var source, var destination, var hash) ->
                "binding/" + in(vhost) + LogNames.encode(source.value()) + "/"
                        + destination.kind().letter() + "/" + LogNames.encode(destination.name()) + "/" + hash;
        };
    }

    private static String in(VirtualHostName vhost) {
        return LogNames.encode(vhost.value()) + "/";
    }

    /**
     * Reads a key.
     *
     * @return empty for a key of another kind, which others may keep in the same topic
     * @throws IllegalArgumentException if it begins like one of ours and is malformed
     */
    public static Optional<TopologyKey> decode(String text) {
        var parts = text.split("/", -1);
        return switch (parts[0] + "/" + parts.length) {
            case "vhost/2" -> Optional.of(new TopologyKey.OfVirtualHost(vhost(parts[1])));
            case "user/2" -> Optional.of(new TopologyKey.OfUser(LogNames.decode(parts[1])));
            case "perm/3" -> Optional.of(new TopologyKey.OfPermission(vhost(parts[1]), LogNames.decode(parts[2])));
            case "topicperm/4" ->
                Optional.of(new TopologyKey.OfTopicPermission(
                        vhost(parts[1]), LogNames.decode(parts[2]), exchange(parts[3])));
            case "limit/2" -> Optional.of(new TopologyKey.OfLimits(vhost(parts[1])));
            case "gparam/2" -> Optional.of(new TopologyKey.OfGlobalParameter(LogNames.decode(parts[1])));
            case "policy/3" -> Optional.of(policy(Policy.Layer.USER, parts));
            case "opolicy/3" -> Optional.of(policy(Policy.Layer.OPERATOR, parts));
            case "exchange/3" -> Optional.of(new TopologyKey.OfExchange(vhost(parts[1]), exchange(parts[2])));
            case "queue/3" ->
                Optional.of(new TopologyKey.OfQueue(vhost(parts[1]), new QueueName(LogNames.decode(parts[2]))));
            case "binding/6" ->
                Optional.of(new TopologyKey.OfBinding(
                        vhost(parts[1]),
                        exchange(parts[2]),
                        new Destination(Destination.Kind.ofLetter(parts[3]), LogNames.decode(parts[4])),
                        parts[5]));
            default -> Optional.empty();
        };
    }

    private static TopologyKey policy(Policy.Layer layer, String[] parts) {
        return new TopologyKey.OfPolicy(layer, vhost(parts[1]), LogNames.decode(parts[2]));
    }

    private static VirtualHostName vhost(String part) {
        return new VirtualHostName(LogNames.decode(part));
    }

    private static ExchangeName exchange(String part) {
        return new ExchangeName(LogNames.decode(part));
    }
}
