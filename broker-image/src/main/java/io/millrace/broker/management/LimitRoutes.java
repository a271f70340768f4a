package io.millrace.broker.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.topology.Limits;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.User;
import io.millrace.broker.topology.VirtualHostLimits;
import io.millrace.broker.topology.VirtualHostTopology;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** How much there may be of users and virtual hosts. */
final class LimitRoutes {
    private final ManagedBroker broker;
    private final VirtualHostRoutes vhosts;

    LimitRoutes(ManagedBroker broker, VirtualHostRoutes vhosts) {
        this.broker = broker;
        this.vhosts = vhosts;
    }

    /** The name of the limit in the path, with the value in the body. */
    private static FieldTable terms(Call call) {
        var body = call.json();
        Call.requireKeys(body, List.of("value"));
        ObjectNode terms = Shapes.object();
        terms.set(call.parameter("name"), body.path("value"));
        return FieldJson.table(terms);
    }

    // --- virtual hosts ---

    Answer ofVhosts(Call call) {
        return listVhosts(vhosts.visible(call));
    }

    Answer ofVhost(Call call) {
        return listVhosts(Stream.of(vhosts.existing(call)));
    }

    private Answer listVhosts(Stream<VirtualHostTopology> hosts) {
        return Answer.ok(Shapes.array(hosts.map(VirtualHostTopology::name)
                .filter(vhost -> !broker.image().limits(vhost).values().isEmpty())
                .map(vhost -> shape("vhost", vhost.value(), broker.image().limits(vhost)))));
    }

    private static JsonNode shape(String kind, String name, Limits limits) {
        ObjectNode shape = Shapes.object();
        shape.set("value", Shapes.limits(limits));
        return shape.put(kind, name);
    }

    CompletionStage<Answer> putOfVhost(Call call) {
        return changeVhost(call, vhostLimits(call).with(Limits.ofVirtualHost(terms(call))));
    }

    CompletionStage<Answer> deleteOfVhost(Call call) {
        return changeVhost(call, vhostLimits(call).without(call.parameter("name")));
    }

    private Limits vhostLimits(Call call) {
        if (broker.image().vhost(call.vhost()).isEmpty()) {
            throw Refusal.noVirtualHost();
        }
        return broker.image().limits(call.vhost());
    }

    private CompletionStage<Answer> changeVhost(Call call, Limits limits) {
        var all = new VirtualHostLimits(call.vhost(), limits);
        var command = limits.values().isEmpty()
                ? new TopologyCommand.DeleteSetting(all.key())
                : new TopologyCommand.PutSetting(all);
        return broker.change(command).thenApply(reply -> Answer.noContent());
    }

    // --- users ---

    Answer ofUsers(Call call) {
        return listUsers(broker.image().users().stream().sorted(Comparator.comparing(User::name)));
    }

    Answer ofUser(Call call) {
        return listUsers(Stream.of(existingUser(call)));
    }

    private static Answer listUsers(Stream<User> users) {
        return Answer.ok(
                Shapes.array(users.filter(user -> !user.limits().values().isEmpty())
                        .map(user -> shape("user", user.name(), user.limits()))));
    }

    private User existingUser(Call call) {
        return broker.image().user(call.parameter("user")).orElseThrow(Refusal::notFound);
    }

    CompletionStage<Answer> putOfUser(Call call) {
        var user = broker.image()
                .user(call.parameter("user"))
                .orElseThrow(() -> Refusal.badRequest("no_such_user: " + call.parameter("user")));
        return changeUser(user, user.limits().with(Limits.ofUser(terms(call))));
    }

    CompletionStage<Answer> deleteOfUser(Call call) {
        var user = existingUser(call);
        return changeUser(user, user.limits().without(call.parameter("name")));
    }

    private CompletionStage<Answer> changeUser(User user, Limits limits) {
        return broker.change(new TopologyCommand.PutUser(new User(user.name(), user.password(), user.tags(), limits)))
                .thenApply(reply -> Answer.noContent());
    }
}
