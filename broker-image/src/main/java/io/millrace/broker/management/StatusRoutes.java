package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.cluster.QueueCount;
import io.millrace.broker.cluster.QueueFlow;
import io.millrace.broker.topology.ExchangeType;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** How the broker is: overview, nodes, health. */
final class StatusRoutes {
    private static final String CLUSTER = "millrace";

    private final ManagedBroker broker;
    private final Pods pods;
    private final QueueRoutes queues;

    StatusRoutes(ManagedBroker broker, Pods pods, QueueRoutes queues) {
        this.broker = broker;
        this.pods = pods;
        this.queues = queues;
    }

    Answer whoami(Call call) {
        return Answer.ok(Shapes.whoami(call.user()));
    }

    CompletionStage<Answer> overview(Call call) {
        var visible = queues.visible(call);
        return QueueCounts.of(broker.topology(), visible).thenCombine(pods.clients(), (counts, clients) -> {
            var known = counts.stream().flatMap(Optional::stream).toList();
            long ready = known.stream().mapToLong(QueueCount::ready).sum();
            long unacked = known.stream().mapToLong(QueueCount::unacked).sum();
            var shape = versions();
            shape.putObject("queue_totals")
                    .put("messages", ready + unacked)
                    .put("messages_ready", ready)
                    .put("messages_unacknowledged", unacked);
            shape.set(
                    "message_stats",
                    Shapes.flow(known.stream().map(QueueCount::flow).reduce(QueueFlow.NOTHING, QueueFlow::plus)));
            shape.putObject("object_totals")
                    .put("queues", visible.size())
                    .put(
                            "exchanges",
                            broker.image()
                                    .vhosts()
                                    .mapToInt(vhost -> vhost.exchanges().size())
                                    .sum())
                    .put("connections", clients.size())
                    .put(
                            "channels",
                            clients.stream()
                                    .mapToInt(client -> client.channels().size())
                                    .sum())
                    .put(
                            "consumers",
                            known.stream().mapToInt(QueueCount::consumers).sum());
            return Answer.ok(shape);
        });
    }

    private ObjectNode versions() {
        var shape = Shapes.object()
                .put("product_name", "Millrace")
                .put("management_version", broker.profileVersion())
                .put("rabbitmq_version", broker.profileVersion())
                .put("cluster_name", CLUSTER)
                .put("default_queue_type", "classic")
                .put("node", broker.pod())
                .put("rates_mode", Pods.RATES)
                .put("disable_stats", false);
        shape.putObject("cluster_tags");
        shape.putObject("node_tags");
        shape.set(
                "exchange_types", Shapes.array(Stream.of(ExchangeType.values()).map(type -> Shapes.object()
                        .put("name", type.text())
                        .put("description", "exchange type " + type.text())
                        .put("enabled", true))));
        return shape;
    }

    Answer clusterName(Call call) {
        return Answer.ok(Shapes.object().put("name", CLUSTER));
    }

    /** What every version has is no flag, and nothing is deprecated. */
    Answer none(Call call) {
        return Answer.ok(Shapes.array(Stream.of()));
    }

    /** How people log in to the web page. */
    Answer auth(Call call) {
        return Answer.ok(Shapes.object().put("oauth_enabled", false));
    }

    CompletionStage<Answer> nodes(Call call) {
        return pods.nodes().thenApply(nodes -> Answer.ok(Shapes.array(nodes.stream())));
    }

    CompletionStage<Answer> node(Call call) {
        var name = call.parameter("node");
        return pods.nodes().thenApply(nodes -> nodes.stream()
                .filter(node -> node.path("name").asText().equals(name))
                .findFirst()
                .map(Answer::ok)
                .orElseThrow(Refusal::notFound));
    }
}
