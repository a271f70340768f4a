package io.millrace.broker.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** The management API of each pod, asked by its administrator. */
final class PodApi implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Longer than it takes to import many definitions. */
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private final HttpClient http = HttpClient.newHttpClient();
    private final FaultCluster cluster;

    PodApi(FaultCluster cluster) {
        this.cluster = cluster;
    }

    /** Asks one pod; it may be just what was killed. */
    HttpResponse<String> send(int node, String method, String path, String body)
            throws IOException, InterruptedException {
        var guest = Base64.getEncoder().encodeToString("guest:guest".getBytes(StandardCharsets.UTF_8));
        var request = HttpRequest.newBuilder(cluster.management(node, path))
                .timeout(PATIENCE)
                .header("Authorization", "Basic " + guest)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    int status(int node, String path) throws IOException, InterruptedException {
        return send(node, "GET", path, "").statusCode();
    }

    JsonNode get(int node, String path) throws IOException, InterruptedException {
        var answer = send(node, "GET", path, "");
        if (answer.statusCode() != 200) {
            throw new IOException("%s: %d %s".formatted(path, answer.statusCode(), answer.body()));
        }
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() {
        http.close();
    }
}
