package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ProbesTest {
    @Test
    void saysWhyItIsNotReady() throws Exception {
        var port = FreePorts.next();
        try (var probes = probes(port)) {
            assertThat(get(port, "/livez")).isEqualTo("200 alive");
            assertThat(get(port, "/readyz")).isEqualTo("503 starting");

            probes.readiness(() -> Optional.of("the broker is fenced"));
            assertThat(get(port, "/readyz")).isEqualTo("503 the broker is fenced");

            probes.readiness(Optional::empty);
            assertThat(get(port, "/readyz")).isEqualTo("200 ready");
            assertThat(get(port, "/metrics")).isEqualTo("200 m 1");
        }
    }

    @Test
    void drainsOnPostOnly() throws Exception {
        var port = FreePorts.next();
        var drained = new AtomicBoolean();
        try (var probes = probes(port)) {
            probes.onDrain(() -> drained.set(true));

            assertThat(get(port, "/drain")).startsWith("403");
            assertThat(drained).isFalse();

            assertThat(send(request(port, "/drain").POST(HttpRequest.BodyPublishers.noBody())))
                    .startsWith("200");
            assertThat(drained).isTrue();
        }
    }

    private static Probes probes(int port) throws Exception {
        return new Probes(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), () -> "m 1");
    }

    private static String get(int port, String path) throws Exception {
        return send(request(port, path));
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }

    private static String send(HttpRequest.Builder request) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body().strip();
        }
    }
}
