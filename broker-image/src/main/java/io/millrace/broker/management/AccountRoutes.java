package io.millrace.broker.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Limits;
import io.millrace.broker.topology.PasswordHash;
import io.millrace.broker.topology.Permission;
import io.millrace.broker.topology.ResourcePattern;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.TopologyKey;
import io.millrace.broker.topology.User;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Users and what they may do. */
final class AccountRoutes {
    private static final SecureRandom RANDOM = new SecureRandom();

    static final Comparator<Permission> ORDER = Comparator.comparing(
                    (Permission permission) -> permission.vhost().value())
            .thenComparing(Permission::user);

    private final ManagedBroker broker;

    AccountRoutes(ManagedBroker broker) {
        this.broker = broker;
    }

    Answer users(Call call) {
        return listUsers(_ -> true);
    }

    /** Those who may enter no virtual host. */
    Answer usersWithoutPermissions(Call call) {
        var entitled =
                broker.image().permissions().stream().map(Permission::user).collect(Collectors.toSet());
        return listUsers(user -> !entitled.contains(user.name()));
    }

    private Answer listUsers(Predicate<User> wanted) {
        return Answer.ok(Shapes.array(broker.image().users().stream()
                .filter(wanted)
                .sorted(Comparator.comparing(User::name))
                .map(Shapes::user)));
    }

    Answer user(Call call) {
        return Answer.ok(Shapes.user(existing(call)));
    }

    private User existing(Call call) {
        return broker.image().user(call.parameter("user")).orElseThrow(Refusal::notFound);
    }

    CompletionStage<Answer> putUser(Call call) {
        var name = call.parameter("user");
        var known = broker.image().user(name);
        var body = call.json();
        var user = new User(
                name,
                password(body),
                tags(body.path("tags")),
                known.map(User::limits).orElse(Limits.NONE));
        return broker.change(new TopologyCommand.PutUser(user)).thenApply(reply -> Answer.put(known.isEmpty()));
    }

    /** Without a password nobody can log in as that user. */
    static PasswordHash password(JsonNode body) {
        var password = Call.text(body, "password");
        var hash = Call.text(body, "password_hash");
        if (password.isPresent() && hash.isPresent()) {
            throw Refusal.badRequest("both password and password_hash are provided");
        }
        byte[] salt = new byte[PasswordHash.SALT_BYTES];
        RANDOM.nextBytes(salt);
        return password.map(text -> PasswordHash.of(text, salt))
                .or(() -> hash.map(PasswordHash::new))
                .orElse(PasswordHash.NONE);
    }

    /** A list, or as before RabbitMQ 3.9 a text with commas. */
    static Set<String> tags(JsonNode tags) {
        var all = tags.isArray()
                ? Stream.iterate(0, i -> i < tags.size(), i -> i + 1)
                        .map(i -> tags.get(i).asText())
                : Stream.of(tags.asText("").split(",", -1));
        return all.map(String::strip).filter(Predicate.not(String::isEmpty)).collect(Collectors.toSet());
    }

    CompletionStage<Answer> deleteUser(Call call) {
        var user = existing(call);
        return broker.change(new TopologyCommand.DeleteUser(user.name())).thenApply(reply -> Answer.noContent());
    }

    Answer permissions(Call call) {
        return list(permission -> true);
    }

    Answer permissionsOfUser(Call call) {
        var user = existing(call);
        return list(permission -> permission.user().equals(user.name()));
    }

    Answer permissionsInVhost(Call call) {
        if (broker.image().vhost(call.vhost()).isEmpty()) {
            throw Refusal.notFound();
        }
        return list(permission -> permission.vhost().equals(call.vhost()));
    }

    private Answer list(Predicate<Permission> wanted) {
        return Answer.ok(Shapes.array(broker.image().permissions().stream()
                .filter(wanted)
                .sorted(ORDER)
                .map(Shapes::permission)));
    }

    Answer permission(Call call) {
        return Answer.ok(Shapes.permission(
                broker.image().permission(call.vhost(), call.parameter("user")).orElseThrow(Refusal::notFound)));
    }

    CompletionStage<Answer> putPermission(Call call) {
        var vhost = call.vhost();
        var user = call.parameter("user");
        requireKnown(vhost, user);
        var isNew = broker.image().permission(vhost, user).isEmpty();
        var body = call.json();
        var permission =
                new Permission(vhost, user, pattern(body, "configure"), pattern(body, "write"), pattern(body, "read"));
        return broker.change(new TopologyCommand.PutPermission(permission)).thenApply(reply -> Answer.put(isNew));
    }

    private void requireKnown(VirtualHostName vhost, String user) {
        if (broker.image().vhost(vhost).isEmpty()) {
            throw Refusal.badRequest("no such vhost: " + vhost.value());
        }
        if (broker.image().user(user).isEmpty()) {
            throw Refusal.badRequest("no such user: " + user);
        }
    }

    private static ResourcePattern pattern(ObjectNode body, String key) {
        return ResourcePattern.of(Call.requiredText(body, key));
    }

    CompletionStage<Answer> deletePermission(Call call) {
        var permission =
                broker.image().permission(call.vhost(), call.parameter("user")).orElseThrow(Refusal::notFound);
        return broker.change(new TopologyCommand.DeletePermission(
                        new TopologyKey.OfPermission(permission.vhost(), permission.user())))
                .thenApply(reply -> Answer.noContent());
    }
}
