package io.millrace.broker.launcher;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * What Kubernetes and Prometheus ask a container: {@code /startupz} and {@code /livez} (the process answers), {@code /readyz} (it does its
 * part; if not, why), {@code /metrics}.
 */
final class Probes implements AutoCloseable {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpServer server;
    private final AtomicReference<Supplier<Optional<String>>> problem =
            new AtomicReference<>(() -> Optional.of("starting"));

    /**
     * Answers from now on, first that it is starting.
     *
     * @param metrics the page for Prometheus
     * @throws IOException when the port is taken
     */
    Probes(InetSocketAddress address, Supplier<String> metrics) throws IOException {
        server = HttpServer.create(address, 16);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/startupz", exchange -> answer(exchange, 200, "started\n"));
        server.createContext("/livez", exchange -> answer(exchange, 200, "alive\n"));
        server.createContext("/readyz", this::readiness);
        server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.get()));
        server.start();
    }

    /** Whom to ask for readiness from now on; it says what is wrong, or nothing. */
    void readiness(Supplier<Optional<String>> problem) {
        this.problem.set(problem);
    }

    /** What {@code POST /drain} from this machine does, before it is answered: the preStop hook of the pod. */
    void onDrain(Runnable drain) {
        server.createContext("/drain", exchange -> {
            var allowed = exchange.getRemoteAddress().getAddress().isLoopbackAddress();
            if (!allowed || !exchange.getRequestMethod().equals("POST")) {
                answer(exchange, 403, "only POST from loopback\n");
                return;
            }
            drain.run();
            answer(exchange, 200, "drained\n");
        });
    }

    private void readiness(HttpExchange exchange) throws IOException {
        var reason = problem.get().get();
        answer(exchange, reason.isEmpty() ? 200 : 503, reason.orElse("ready") + "\n");
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            var body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", TEXT);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
