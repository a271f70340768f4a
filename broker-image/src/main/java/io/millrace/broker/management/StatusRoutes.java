package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.cluster.QueueCount;
import io.millrace.broker.protocol.Alarm;
import io.millrace.broker.topology.ExchangeType;
import io.millrace.broker.topology.VirtualHostTopology;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** How the broker is: overview, nodes, connections, health. */
final class StatusRoutes {
    private final ManagedBroker broker;
    private final QueueRoutes queues;

    StatusRoutes(ManagedBroker broker, QueueRoutes queues) {
        this.broker = broker;
        this.queues = queues;
    }

    Answer whoami(Call call) {
        return Answer.ok(Shapes.whoami(call.user()));
    }

    CompletionStage<Answer> overview(Call call) {
        var visible = queues.visible(call);
        return QueueCounts.of(broker.topology(), visible)
                .thenCombine(broker.connections().get(), (counts, connections) -> {
                    var known = counts.stream().flatMap(Optional::stream).toList();
                    long ready = known.stream().mapToLong(QueueCount::ready).sum();
                    long unacked = known.stream().mapToLong(QueueCount::unacked).sum();
                    var shape = versions();
                    shape.putObject("queue_totals")
                            .put("messages", ready + unacked)
                            .put("messages_ready", ready)
                            .put("messages_unacknowledged", unacked);
                    shape.putObject("object_totals")
                            .put("queues", visible.size())
                            .put(
                                    "exchanges",
                                    broker.image()
                                            .vhosts()
                                            .mapToInt(vhost -> vhost.exchanges().size())
                                            .sum())
                            .put("connections", connections.size())
                            .put(
                                    "channels",
                                    connections.stream()
                                            .mapToInt(connection -> connection.channels())
                                            .sum())
                            .put(
                                    "consumers",
                                    known.stream()
                                            .mapToInt(QueueCount::consumers)
                                            .sum());
                    return Answer.ok(shape);
                });
    }

    private ObjectNode versions() {
        var shape = Shapes.object()
                .put("product_name", "Millrace")
                .put("management_version", broker.profileVersion())
                .put("rabbitmq_version", broker.profileVersion())
                .put("cluster_name", "millrace")
                .put("node", broker.pod())
                .put("rates_mode", "none")
                .put("disable_stats", true);
        shape.set(
                "exchange_types",
                Shapes.array(Stream.of(ExchangeType.values())
                        .map(type -> Shapes.object().put("name", type.text()).put("enabled", true))));
        return shape;
    }

    Answer nodes(Call call) {
        var state = broker.resources().get();
        var resources = state.resources();
        var shape = Shapes.object()
                .put("name", broker.pod())
                .put("type", "disc")
                .put("running", true)
                .put("mem_used", resources.memoryUsedBytes())
                .put("mem_limit", resources.memoryLimitBytes())
                .put("mem_alarm", state.alarms().contains(Alarm.MEMORY))
                .put("disk_free_alarm", state.alarms().contains(Alarm.DISK));
        resources.disk().ifPresent(disk -> shape.put("disk_free_limit", disk.limitBytes())
                .put("disk_free", disk.freeBytes()));
        return Answer.ok(Shapes.array(Stream.of(shape)));
    }

    /** The connections of this pod: the caller's own, or all for those who may monitor. */
    CompletionStage<Answer> connections(Call call) {
        return broker.connections()
                .get()
                .thenApply(connections -> Answer.ok(Shapes.array(connections.stream()
                        .filter(connection -> Access.maySeeAll(call.user())
                                || connection.user().equals(call.user().name()))
                        .map(connection -> Shapes.connection(connection, broker.pod())))));
    }

    /** 503 under an alarm of this pod. */
    Answer alarms(Call call) {
        var raised = broker.resources().get().alarms();
        if (raised.isEmpty()) {
            return healthy();
        }
        var shape = Shapes.object().put("status", "failed").put("reason", "There are alarms in effect in the cluster");
        shape.set("alarms", Shapes.array(raised.stream().map(alarm -> Shapes.object()
                .put("node", broker.pod())
                .put("resource", alarm.text()))));
        return new Answer(503, shape, null);
    }

    private static Answer healthy() {
        return Answer.ok(Shapes.object().put("status", "ok"));
    }

    /** As healthy, for a virtual host that is there. */
    Answer alive(Call call) {
        return broker.image()
                .vhost(call.vhost())
                .flatMap(VirtualHostTopology::definition)
                .map(vhost -> healthy())
                .orElseThrow(Refusal::notFound);
    }
}
