package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.log.Browsed;
import io.millrace.broker.log.TopicState;
import io.millrace.broker.topology.AccessControl;
import io.millrace.broker.topology.Permission;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Messages of topics, for people who look. Our own: RabbitMQ has no log. */
final class BrowseRoutes {
    private static final int BROWSES_AT_ONCE = 4;

    private final ManagedBroker broker;
    private final AtOnce atOnce = new AtOnce(BROWSES_AT_ONCE, "browses");

    BrowseRoutes(ManagedBroker broker) {
        this.broker = broker;
    }

    CompletionStage<Answer> messages(Call call) {
        var topic = call.parameter("topic");
        var query = BrowseQuery.of(call.query());
        return atOnce.begin(() -> requireReader(call, topic)
                .thenCompose(allowed -> broker.log().topics(Set.of(topic)))
                .thenCompose(found -> broker.log()
                        .browse(query.of(
                                topic,
                                readable(query, found.stream().findFirst().orElseThrow(Refusal::notFound)))))
                .thenApply(browsed -> Answer.ok(shape(browsed, query.asText()))));
    }

    /**
     * Passes if the caller may read the topic: nobody reads more here than by AMQP or Kafka, but for administrators, who may give themselves any right. Of the broker's own
     * topics nothing is shown: there are others' secrets in them.
     */
    private CompletionStage<Boolean> requireReader(Call call, String topic) {
        return switch (TopicType.of(topic)) {
            case INTERNAL -> throw Refusal.notAuthorized("the topic is the broker's own: nobody may read it");
            case QUEUE, STREAM -> {
                requireQueueReader(call, topic);
                yield CompletableFuture.completedFuture(true);
            }
            case TOPIC ->
                Access.isAdministrator(call.user())
                        ? CompletableFuture.completedFuture(true)
                        : broker.log().mayRead(call.user().name(), topic).thenApply(allowed -> {
                            if (!allowed) {
                                throw Refusal.notAuthorized(
                                        "User not authorised to read the topic: it takes the tag administrator, or the"
                                                + " right to read it by Kafka");
                            }
                            return true;
                        });
        };
    }

    /** A queue's topic has messages that were settled long ago, too: more than who may read the queue would get. */
    private void requireQueueReader(Call call, String topic) {
        Access.ADMINISTRATOR.require(call, broker.image());
        var queue = broker.image()
                .vhosts()
                .flatMap(vhost -> vhost.queues().stream())
                .filter(each -> each.topics().contains(topic))
                .findFirst()
                .orElseThrow(Refusal::notFound);
        AccessControl.require(broker.image(), call.actor(), Permission.Operation.READ, queue.vhost(), queue.name());
    }

    /** Of the partitions that are asked for those that somebody leads. */
    private static List<Integer> readable(BrowseQuery query, TopicState topic) {
        var all =
                topic.partitions().stream().map(TopicState.Partition::partition).collect(Collectors.toSet());
        if (!all.containsAll(query.partitions())) {
            throw Refusal.badRequest("the topic has the partitions 0 to " + (all.size() - 1));
        }
        var led = topic.partitions().stream()
                .filter(partition -> !partition.isOffline())
                .map(TopicState.Partition::partition)
                .filter(partition ->
                        query.partitions().isEmpty() || query.partitions().contains(partition))
                .toList();
        if (led.isEmpty()) {
            throw Refusal.unavailable("no partition that is asked for has a leader");
        }
        return led;
    }

    private static ObjectNode shape(Browsed browsed, boolean asText) {
        var shape = Shapes.object();
        shape.set("messages", Shapes.array(browsed.messages().stream().map(message -> message(message, asText))));
        shape.set("partitions", Shapes.array(browsed.places().stream().map(place -> Shapes.object()
                .put("partition", place.partition())
                .put("begin_offset", place.begin())
                .put("end_offset", place.end())
                .put("next_offset", place.next()))));
        return shape.put(
                        "next",
                        browsed.places().stream()
                                .map(place -> place.partition() + ":" + place.next())
                                .collect(Collectors.joining(",")))
                .put("incomplete", browsed.incomplete().orElse(null));
    }

    private static ObjectNode message(Browsed.Seen message, boolean asText) {
        var shape = Shapes.object()
                .put("partition", message.partition())
                .put("offset", message.offset())
                .put("timestamp", message.timestampMs())
                .put("timestamp_type", message.appended() ? "append" : "create");
        put(shape, "key", message.key(), asText);
        put(shape, "value", message.value(), asText);
        shape.set("headers", Shapes.array(message.headers().stream().map(header -> {
            var named = Shapes.object().put("name", header.name());
            put(named, "value", header.value(), asText);
            return named;
        })));
        return shape.put("headers_left_out", message.headersLeftOut());
    }

    private static void put(ObjectNode shape, String key, Browsed.@Nullable Cut cut, boolean asText) {
        if (cut == null) {
            shape.putNull(key).putNull(key + "_encoding").put(key + "_bytes", 0);
            return;
        }
        var shown = ShownBytes.of(cut.shown(), asText, cut.shown().length < cut.length());
        shape.put(key, shown.text()).put(key + "_encoding", shown.encoding()).put(key + "_bytes", cut.length());
    }
}
