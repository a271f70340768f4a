package io.millrace.broker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** A change of a queue while it is used, asked of one pod's management API. */
final class LiveChange {
    private final PodApi api;
    private final int node;
    private final String path;

    LiveChange(FaultCluster cluster, int node, String queue) {
        api = new PodApi(cluster);
        this.node = node;
        path = "/api/queues/%2F/" + URLEncoder.encode(queue, StandardCharsets.UTF_8);
    }

    /** Asks for it until it is taken: the writer of the topology may be just what was killed. */
    void make(String arguments) {
        await("a change of " + path)
                .atMost(FaultCluster.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> api.send(node, "PUT", path + "/arguments", "{\"arguments\":" + arguments + "}")
                                .statusCode()
                        == 204);
    }

    /** Waits until the queue has this argument, and nothing is left in the topics it had before. */
    void awaitEnd(String argument) {
        await("the end of a change of " + path)
                .atMost(FaultCluster.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    var answer = api.send(node, "GET", path, "");
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(answer.body()).contains(argument).doesNotContain("migration");
                });
    }
}
