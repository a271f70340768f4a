package io.millrace.broker.management;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One line of the API: a method, a path with variable parts in braces, who may use it, and what is done.
 *
 * @param template such as {@code /api/queues/{vhost}/{queue}}
 * @param patienceMs how long the answer may take
 */
record Route(String method, String template, Access access, Handler handler, long patienceMs) {
    /** Below the ten seconds clients wait. */
    private static final long PATIENCE_MS = 8_000;

    Route(String method, String template, Access access, Handler handler) {
        this(method, template, access, handler, PATIENCE_MS);
    }

    /** Carries out a request; never blocks. What it throws, or its stage ends with, becomes the answer too. */
    @FunctionalInterface
    interface Handler {
        CompletionStage<Answer> handle(Call call);
    }

    /** A handler that needs nobody else to answer. */
    static Handler now(Function<Call, Answer> handler) {
        return call -> CompletableFuture.completedFuture(handler.apply(call));
    }

    /** The variable parts of a path of this route; empty if it is none. */
    Optional<Map<String, String>> match(List<String> path) {
        var parts = template.substring(1).split("/", -1);
        if (parts.length != path.size()) {
            return Optional.empty();
        }
        var parameters = new HashMap<String, String>();
        for (int i = 0; i < parts.length; i++) {
            var part = parts[i];
            if (part.startsWith("{")) {
                parameters.put(part.substring(1, part.length() - 1), path.get(i));
            } else if (!part.equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }
}
