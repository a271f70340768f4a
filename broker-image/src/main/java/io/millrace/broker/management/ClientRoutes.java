package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The clients of all pods: connections, channels, consumers. A user sees its own; who may monitor sees all. */
final class ClientRoutes {
    private static final String CLOSED = "Closed via management plugin";

    private final Pods pods;
    private final VirtualHostRoutes vhosts;

    ClientRoutes(Pods pods, VirtualHostRoutes vhosts) {
        this.pods = pods;
        this.vhosts = vhosts;
    }

    /** Those that the caller may see. */
    private CompletionStage<List<PodClient>> visible(Call call) {
        return pods.clients().thenApply(clients -> clients.stream()
                .filter(client -> Access.maySeeAll(call.user()) || isOf(call, client))
                .toList());
    }

    private static boolean isOf(Call call, PodClient client) {
        return client.user().equals(call.user().name());
    }

    private CompletionStage<Answer> list(
            Call call, Predicate<PodClient> wanted, Function<PodClient, Stream<ObjectNode>> shapes) {
        return visible(call)
                .thenApply(clients ->
                        Answer.ok(Shapes.array(clients.stream().filter(wanted).flatMap(shapes))));
    }

    private static Predicate<PodClient> inVhost(Call call) {
        var vhost = call.vhost().value();
        return client -> client.vhost().equals(vhost);
    }

    // --- connections ---

    private static Stream<ObjectNode> connection(PodClient client) {
        return Stream.of(client.connection());
    }

    CompletionStage<Answer> connections(Call call) {
        return list(call, _ -> true, ClientRoutes::connection);
    }

    CompletionStage<Answer> connectionsInVhost(Call call) {
        return list(call, inVhost(call), ClientRoutes::connection);
    }

    CompletionStage<Answer> connectionsOfUser(Call call) {
        var user = call.parameter("user");
        return list(call, client -> client.user().equals(user), ClientRoutes::connection);
    }

    private CompletionStage<PodClient> existing(Call call) {
        var name = call.parameter("connection");
        return visible(call).thenApply(clients -> clients.stream()
                .filter(client -> client.name().equals(name))
                .findFirst()
                .orElseThrow(Refusal::notFound));
    }

    CompletionStage<Answer> connection(Call call) {
        return existing(call).thenApply(client -> Answer.ok(client.connection()));
    }

    /** The client hears 320, with the reason the caller gives in the header {@code X-Reason}. */
    CompletionStage<Answer> endConnection(Call call) {
        return existing(call)
                .thenCompose(client -> {
                    if (!Access.isAdministrator(call.user()) && !isOf(call, client)) {
                        throw Refusal.notAuthorized("User not authorised to access object");
                    }
                    return pods.end(client, call.reason().isEmpty() ? CLOSED : call.reason());
                })
                .thenApply(isTold -> {
                    if (!isTold) {
                        throw Refusal.unavailable("the pod of the connection does not answer");
                    }
                    return Answer.noContent();
                });
    }

    // --- channels ---

    private static Stream<ObjectNode> channels(PodClient client) {
        return client.channels().stream();
    }

    CompletionStage<Answer> channels(Call call) {
        return list(call, _ -> true, ClientRoutes::channels);
    }

    CompletionStage<Answer> channelsInVhost(Call call) {
        return list(call, inVhost(call), ClientRoutes::channels);
    }

    CompletionStage<Answer> channelsOfConnection(Call call) {
        return existing(call).thenApply(client -> Answer.ok(Shapes.array(channels(client))));
    }

    /** One channel, with its consumers. */
    CompletionStage<Answer> channel(Call call) {
        var name = call.parameter("channel");
        return visible(call).thenApply(clients -> clients.stream()
                .flatMap(client -> client.channels().stream()
                        .filter(channel -> channel.path("name").asText().equals(name))
                        .peek(channel -> channel.set("consumer_details", Shapes.array(client.consumersOf(name)))))
                .findFirst()
                .map(Answer::ok)
                .orElseThrow(Refusal::notFound));
    }

    // --- consumers ---

    /** The consumers in all virtual hosts the caller may look into. */
    CompletionStage<Answer> consumers(Call call) {
        var visible = vhosts.visible(call).map(vhost -> vhost.name().value()).toList();
        return consumers(visible::contains);
    }

    CompletionStage<Answer> consumersInVhost(Call call) {
        return consumers(call.vhost().value()::equals);
    }

    private CompletionStage<Answer> consumers(Predicate<String> vhost) {
        return pods.clients()
                .thenApply(clients -> Answer.ok(Shapes.array(clients.stream()
                        .filter(client -> vhost.test(client.vhost()))
                        .flatMap(client -> client.consumers().stream()))));
    }
}
