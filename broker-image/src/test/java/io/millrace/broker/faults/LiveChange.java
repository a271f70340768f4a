package io.millrace.broker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A change of a queue while it is used, asked of one pod's management API. */
final class LiveChange {
    private final HttpClient http = HttpClient.newHttpClient();
    private final FaultCluster cluster;
    private final int node;
    private final String path;

    LiveChange(FaultCluster cluster, int node, String queue) {
        this.cluster = cluster;
        this.node = node;
        path = "/api/queues/%2F/" + URLEncoder.encode(queue, StandardCharsets.UTF_8);
    }

    /** Asks for it until it is taken: the writer of the topology may be just what was killed. */
    void make(String arguments) {
        await("a change of " + path)
                .atMost(FaultCluster.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> send(request("/arguments")
                                        .PUT(HttpRequest.BodyPublishers.ofString("{\"arguments\":" + arguments + "}")))
                                .statusCode()
                        == 204);
    }

    /** Waits until the queue has this argument, and nothing is left in the topics it had before. */
    void awaitEnd(String argument) {
        await("the end of a change of " + path)
                .atMost(FaultCluster.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    var answer = send(request("").GET());
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(answer.body()).contains(argument).doesNotContain("migration");
                });
    }

    private HttpRequest.Builder request(String rest) {
        var guest = Base64.getEncoder().encodeToString("guest:guest".getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(cluster.management(node, path + rest)).header("Authorization", "Basic " + guest);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
