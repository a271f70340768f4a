package io.millrace.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A real Prometheus on this machine, Debian's. It asks broker pods and operator, and labels them as the chart's monitors do. */
final class Prometheus implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Map<String, Integer> PAGES = new TreeMap<>(Map.of("log", 9404, "queues", 9405));

    private final Process process;
    private final String address;

    /** Starts it, with its files in a folder. */
    Prometheus(Path folder, List<Pod> brokers, Pod operator, String rules) throws IOException {
        Files.writeString(folder.resolve("rules.yaml"), rules);
        Files.writeString(folder.resolve("prometheus.yaml"), config(brokers, operator));
        address = "127.0.0.1:" + freePort();
        process = new ProcessBuilder(
                        program("prometheus"),
                        "--config.file=" + folder.resolve("prometheus.yaml"),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=" + address)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
    }

    /** Runs a test of rules, by Prometheus' own tool. */
    static Kube.Said testRules(Path file) {
        return Kube.run(List.of(program("promtool"), "test", "rules", file.toString()), "");
    }

    /** What an expression gives now; empty also while it is starting. */
    JsonNode query(String expression) {
        return get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .path("result");
    }

    /** The alerts that fire now. */
    Set<String> firing() {
        var names = new TreeSet<String>();
        for (var alert : get("alerts").path("alerts")) {
            if (alert.path("state").asText().equals("firing")) {
                names.add(alert.path("labels").path("alertname").asText());
            }
        }
        return names;
    }

    private JsonNode get(String path) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://" + address + "/api/v1/" + path))
                    .build();
            var answer = JSON.readTree(
                    HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
            if (answer.path("status").asText().equals("error")) {
                throw new AssertionError(path + ": " + answer);
            }
            return answer.path("data");
        } catch (IOException e) {
            return JSON.createObjectNode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String config(List<Pod> brokers, Pod operator) {
        var lines = new ArrayList<String>();
        for (var pod : brokers) {
            var meta = pod.getMetadata();
            PAGES.forEach((container, port) ->
                    lines.add("  - {targets: [\"%s:%d\"], labels: {namespace: %s, pod: %s, container: %s, cluster: %s}}"
                            .formatted(
                                    pod.getStatus().getPodIP(),
                                    port,
                                    meta.getNamespace(),
                                    meta.getName(),
                                    container,
                                    meta.getLabels().get("millrace.io/cluster"))));
        }
        return """
                global: {scrape_interval: 3s, scrape_timeout: 3s, evaluation_interval: 3s}
                rule_files: [rules.yaml]
                scrape_configs:
                - job_name: millrace-brokers
                  static_configs:
                %s
                - job_name: millrace-operator
                  honor_labels: true
                  static_configs: [{targets: ["%s:8080"]}]
                """.formatted(String.join("\n", lines), operator.getStatus().getPodIP());
    }

    private static String program(String name) {
        var said = Kube.run(List.of("clients/prometheus"), "");
        if (said.status() != 0) {
            throw new AssertionError(said.text());
        }
        return Path.of(said.text().lines().toList().getLast(), name).toString();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
