package io.millrace.broker.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.topology.PasswordHash;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.User;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a request to the handler that answers it: path, credentials, rights, in this order. Never throws. */
final class Router {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final String BASIC = "Basic ";
    private static final User NOBODY = new User("", PasswordHash.NONE, Set.of());

    private final List<Route> routes;
    private final Supplier<Topology> image;

    Router(List<Route> routes, Supplier<Topology> image) {
        this.routes = routes;
        this.image = image;
    }

    /**
     * A request as it came.
     *
     * @param path still percent-encoded
     * @param authorization the header of that name, or empty
     * @param reason why it is asked for: the header {@code X-Reason}, or empty
     * @param peer who sent it, for the log
     */
    record Request(
            String method,
            String path,
            Map<String, List<String>> query,
            String authorization,
            String reason,
            byte[] body,
            String peer) {}

    /** The answer; the stage fails only if there is a bug. */
    CompletionStage<Answer> answer(Request request) {
        return handle(request).toCompletableFuture().exceptionally(failure -> {
            if (Refusal.of(failure) instanceof Refusal refusal) {
                return refusal.answer();
            }
            throw Refusal.of(failure);
        });
    }

    private CompletionStage<Answer> handle(Request request) {
        try {
            var path = decoded(request.path());
            var isHead = request.method().equals("HEAD");
            var route = route(isHead ? "GET" : request.method(), path);
            var call = new Call(
                    route.method().equals("GET"),
                    route.match(path).orElseThrow(),
                    request.query(),
                    request.body(),
                    route.access() == Access.ANYBODY ? NOBODY : authenticate(request),
                    request.reason());
            route.access().require(call, image.get());
            return route.handler()
                    .handle(call)
                    .thenApply(answer -> call.isRead() ? call.listing().applied(answer) : answer)
                    .toCompletableFuture()
                    .orTimeout(route.patienceMs(), TimeUnit.MILLISECONDS);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static List<String> decoded(String path) {
        if (!path.startsWith("/")) {
            throw Refusal.notFound();
        }
        return Arrays.stream(path.substring(1).split("/", -1))
                .map(part -> URLDecoder.decode(part.replace("+", "%2B"), UTF_8))
                .toList();
    }

    private Route route(String method, List<String> path) {
        var there =
                routes.stream().filter(route -> route.match(path).isPresent()).toList();
        if (there.isEmpty()) {
            throw Refusal.notFound();
        }
        return there.stream()
                .filter(route -> route.method().equals(method))
                .findFirst()
                .orElseThrow(Refusal::methodNotAllowed);
    }

    private User authenticate(Request request) {
        var authorization = request.authorization();
        if (authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            try {
                var encoded = authorization.substring(BASIC.length()).strip();
                var credentials = new String(Base64.getDecoder().decode(encoded), UTF_8).split(":", 2);
                if (credentials.length == 2) {
                    return known(credentials[0], credentials[1], request.peer());
                }
            } catch (IllegalArgumentException e) {
                // no Base64: refused as any other wrong credentials
            }
        }
        throw loginFailed();
    }

    private static Refusal loginFailed() {
        return Refusal.notAuthorized("Login failed");
    }

    private User known(String name, String password, String peer) {
        return image.get()
                .user(name)
                .filter(user -> user.password().matches(password))
                .orElseThrow(() -> {
                    LOG.info(
                            "management API: login of {} refused: user '{}', unknown or with wrong password",
                            peer,
                            name);
                    return loginFailed();
                });
    }
}
