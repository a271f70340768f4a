package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.log.TopicState;
import io.millrace.broker.model.PodName;
import io.millrace.broker.topology.QueueDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether this pod may go: what would be lost with the node of the log in it. */
final class QuorumRoutes {
    private static final String LOST =
            "There are quorum queues that would lose their quorum if the target node is shut down";
    private static final String METADATA = "the quorum of Kafka's metadata";

    private final ManagedBroker broker;
    private final AtOnce atOnce;

    QuorumRoutes(ManagedBroker broker, AtOnce atOnce) {
        this.broker = broker;
        this.atOnce = atOnce;
    }

    /** Looks at the topics of queues and streams and at the broker's own; what becomes of other topics is their owners' choice. */
    CompletionStage<Answer> isCritical(Call call) {
        var log = broker.log();
        return atOnce.begin(() -> log.topicNames().thenCompose(names -> {
            var ours = names.stream()
                    .filter(name -> TopicType.of(name) != TopicType.TOPIC)
                    .toList();
            return log.topics(ours).thenCompose(this::answer);
        }));
    }

    private CompletionStage<Answer> answer(List<TopicState> topics) {
        if (QuorumLoss.nodes(topics).size() < 2) {
            return CompletableFuture.completedStage(Answer.ok(HealthRoutes.ok().put("reason", "single node cluster")));
        }
        int node = PodName.of(broker.pod())
                .orElseThrow(
                        () -> Refusal.unavailable("it is not known which node of the log is in pod " + broker.pod()))
                .nodeId();
        var names = topics.stream().map(TopicState::name).toList();
        return broker.log()
                .settings(names)
                .thenCombine(
                        broker.log().voters(),
                        (settings, voters) -> answer(
                                QuorumLoss.topics(node, topics, settings),
                                QuorumLoss.takesMetadata(node, voters),
                                byTopic()));
    }

    static Answer answer(List<String> topics, boolean takesMetadata, Map<String, QueueDefinition> queues) {
        var lost = Stream.concat(
                        topics.stream().map(topic -> shape(topic, queues.get(topic))),
                        takesMetadata ? Stream.of(shape(METADATA, null)) : Stream.of())
                .toList();
        return lost.isEmpty()
                ? Answer.ok(HealthRoutes.ok())
                : HealthRoutes.failed(LOST, failed -> failed.set("queues", Shapes.array(lost.stream())));
    }

    /** The queues of topics, those too that they had before they were changed. */
    private Map<String, QueueDefinition> byTopic() {
        var queues = new HashMap<String, QueueDefinition>();
        broker.image().vhosts().flatMap(vhost -> vhost.queues().stream()).forEach(queue -> queue.topics()
                .forEach(topic -> queues.put(topic, queue)));
        return queues;
    }

    /** What is no queue is shown as RabbitMQ shows processes that need a quorum. */
    private static ObjectNode shape(String topic, @Nullable QueueDefinition queue) {
        return queue == null
                ? shape(topic, topic, "(not applicable)", "process")
                : shape(
                        "queue '%s' in vhost '%s'"
                                .formatted(queue.name().value(), queue.vhost().value()),
                        queue.name().value(),
                        queue.vhost().value(),
                        queue.type().module());
    }

    private static ObjectNode shape(String readable, String name, String vhost, String type) {
        return Shapes.object()
                .put("readable_name", readable)
                .put("name", name)
                .put("virtual_host", vhost)
                .put("type", type);
    }
}
