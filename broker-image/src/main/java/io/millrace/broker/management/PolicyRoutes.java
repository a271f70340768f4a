package io.millrace.broker.management;

import io.millrace.broker.topology.Policy;
import io.millrace.broker.topology.PolicyTerms;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.TopologyKey;
import io.millrace.broker.topology.VirtualHostTopology;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Policies, or operator policies. */
final class PolicyRoutes {
    private final ManagedBroker broker;
    private final VirtualHostRoutes vhosts;
    private final Policy.Layer layer;

    PolicyRoutes(ManagedBroker broker, VirtualHostRoutes vhosts, Policy.Layer layer) {
        this.broker = broker;
        this.vhosts = vhosts;
        this.layer = layer;
    }

    Answer listAll(Call call) {
        return list(vhosts.visible(call));
    }

    Answer list(Call call) {
        return list(Stream.of(vhosts.existing(call)));
    }

    private Answer list(Stream<VirtualHostTopology> hosts) {
        return Answer.ok(Shapes.array(hosts.flatMap(vhost -> vhost.policies().stream())
                .filter(policy -> policy.layer() == layer)
                .sorted(Comparator.comparing(Policy::priority)
                        .thenComparing(policy -> policy.vhost().value())
                        .thenComparing(Policy::name))
                .map(Shapes::policy)));
    }

    private Policy existing(Call call) {
        return vhosts.existing(call).policy(key(call)).orElseThrow(Refusal::notFound);
    }

    private TopologyKey.OfPolicy key(Call call) {
        return new TopologyKey.OfPolicy(layer, call.vhost(), call.parameter("name"));
    }

    Answer get(Call call) {
        return Answer.ok(Shapes.policy(existing(call)));
    }

    CompletionStage<Answer> put(Call call) {
        var vhost = broker.image().vhost(call.vhost()).orElseThrow(Refusal::noVirtualHost);
        var body = call.json();
        Call.requireKeys(body, List.of("pattern", "definition"));
        var isNew = vhost.policy(key(call)).isEmpty();
        return broker.change(new TopologyCommand.PutSetting(policy(call))).thenApply(reply -> Answer.put(isNew));
    }

    private Policy policy(Call call) {
        try {
            return PolicyTerms.policy(layer, call.vhost(), call.parameter("name"), FieldJson.table(call.json()));
        } catch (IllegalArgumentException e) {
            var reason = String.valueOf(e.getMessage());
            // RabbitMQ escapes what it says of policies, and does not what it says of operator policies
            throw Refusal.badRequest(
                    layer == Policy.Layer.USER ? reason.replace("<", "&lt;").replace(">", "&gt;") : reason);
        }
    }

    CompletionStage<Answer> delete(Call call) {
        return broker.change(new TopologyCommand.DeleteSetting(existing(call).key()))
                .thenApply(reply -> Answer.noContent());
    }
}
