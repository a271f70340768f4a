package io.millrace.broker.management;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.topology.TopicPermission;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.TopologyKey;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Which routing keys users may use with topic exchanges. */
final class TopicPermissionRoutes {
    static final Comparator<TopicPermission> ORDER = Comparator.comparing(TopicPermission::user)
            .thenComparing(permission -> permission.vhost().value())
            .thenComparing(permission -> permission.exchange().value());

    private final ManagedBroker broker;

    TopicPermissionRoutes(ManagedBroker broker) {
        this.broker = broker;
    }

    Answer listAll(Call call) {
        return list(matching(permission -> true));
    }

    Answer ofUser(Call call) {
        if (broker.image().user(call.parameter("user")).isEmpty()) {
            throw Refusal.notFound();
        }
        return list(matching(permission -> permission.user().equals(call.parameter("user"))));
    }

    Answer inVhost(Call call) {
        if (broker.image().vhost(call.vhost()).isEmpty()) {
            throw Refusal.notFound();
        }
        return list(matching(permission -> permission.vhost().equals(call.vhost())));
    }

    /** Those of a user in a virtual host; there is at least one. */
    Answer get(Call call) {
        return list(existing(call).stream());
    }

    /** The same, of one exchange. */
    Answer getOne(Call call) {
        return list(existingOne(call).stream());
    }

    private Stream<TopicPermission> matching(Predicate<TopicPermission> wanted) {
        return broker.image().settings(TopicPermission.class).filter(wanted);
    }

    private static Answer list(Stream<TopicPermission> permissions) {
        return Answer.ok(Shapes.array(permissions.sorted(ORDER).map(Shapes::topicPermission)));
    }

    private List<TopicPermission> existing(Call call) {
        var found = matching(permission -> permission.user().equals(call.parameter("user"))
                        && permission.vhost().equals(call.vhost()))
                .toList();
        if (found.isEmpty()) {
            throw Refusal.notFound();
        }
        return found;
    }

    private List<TopicPermission> existingOne(Call call) {
        var found = existing(call).stream()
                .filter(permission -> permission.exchange().equals(call.exchange()))
                .toList();
        if (found.isEmpty()) {
            throw Refusal.notFound();
        }
        return found;
    }

    CompletionStage<Answer> put(Call call) {
        var image = broker.image();
        var user = call.parameter("user");
        if (image.vhost(call.vhost()).isEmpty() || image.user(user).isEmpty()) {
            throw Refusal.badRequest("vhost_or_user_not_found");
        }
        var body = call.json();
        Call.requireKeys(body, List.of("exchange", "write", "read"));
        var permission = TopicPermission.of(
                call.vhost(),
                user,
                new ExchangeName(Call.requiredText(body, "exchange")),
                Call.requiredText(body, "write"),
                Call.requiredText(body, "read"));
        var isFirst = matching(
                        known -> known.user().equals(user) && known.vhost().equals(call.vhost()))
                .findAny()
                .isEmpty();
        return broker.change(new TopologyCommand.PutSetting(permission)).thenApply(reply -> Answer.put(isFirst));
    }

    CompletionStage<Answer> delete(Call call) {
        return delete(existing(call));
    }

    CompletionStage<Answer> deleteOne(Call call) {
        return delete(existingOne(call));
    }

    private CompletionStage<Answer> delete(List<TopicPermission> permissions) {
        CompletionStage<?> deleted = CompletableFuture.completedFuture(null);
        for (TopologyKey.OfSetting key :
                permissions.stream().map(TopicPermission::key).toList()) {
            deleted = deleted.thenCompose(done -> broker.change(new TopologyCommand.DeleteSetting(key)));
        }
        return deleted.thenApply(done -> Answer.noContent());
    }
}
