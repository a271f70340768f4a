package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.cluster.QueueCount;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.EffectivePolicy;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.VirtualHostTopology;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Queues. */
final class QueueRoutes {
    /** What a queue's definition alone tells, of what lists are sorted by. */
    private static final Set<String> KNOWN = Set.of("name", "vhost");

    private final ManagedBroker broker;
    private final Pods pods;
    private final VirtualHostRoutes vhosts;

    QueueRoutes(ManagedBroker broker, Pods pods, VirtualHostRoutes vhosts) {
        this.broker = broker;
        this.pods = pods;
        this.vhosts = vhosts;
    }

    /** The queues of all virtual hosts the caller may look into. */
    List<QueueDefinition> visible(Call call) {
        return vhosts.visible(call).flatMap(QueueRoutes::sorted).toList();
    }

    private static Stream<QueueDefinition> sorted(VirtualHostTopology vhost) {
        return vhost.queues().stream()
                .sorted(Comparator.comparing(queue -> queue.name().value()));
    }

    CompletionStage<Answer> listAll(Call call) {
        return list(call, visible(call));
    }

    CompletionStage<Answer> list(Call call) {
        return list(call, sorted(vhosts.existing(call)).toList());
    }

    /** Where a page can be chosen by names, no other queue is asked how full it is; where it is by counts, no other queue's JSON is made. */
    private CompletionStage<Answer> list(Call call, List<QueueDefinition> queues) {
        var listing = call.listing();
        if (listing.isChosenBy(KNOWN)) {
            var page = listing.choose(queues, QueueRoutes::known);
            return counted(page.items())
                    .thenApply(counted ->
                            listing.answer(new Listing.Page<>(shapes(counted), page.filtered(), page.total())));
        }
        if (listing.isChosenBy(CountedQueue.FIELDS)) {
            return counted(queues).thenApply(counted -> {
                var page = listing.choose(counted, CountedQueue.BY_FIELDS);
                return listing.answer(new Listing.Page<>(shapes(page.items()), page.filtered(), page.total()));
            });
        }
        return counted(queues).thenApply(counted -> Answer.ok(Shapes.array(shapes(counted).stream())));
    }

    private static ObjectNode known(QueueDefinition queue) {
        return Shapes.object()
                .put("name", queue.name().value())
                .put("vhost", queue.vhost().value());
    }

    private CompletionStage<List<CountedQueue>> counted(List<QueueDefinition> queues) {
        return QueueCounts.of(broker.topology(), queues).thenApply(counts -> IntStream.range(0, queues.size())
                .mapToObj(i -> new CountedQueue(queues.get(i), counts.get(i)))
                .toList());
    }

    private List<ObjectNode> shapes(List<CountedQueue> queues) {
        return queues.stream().map(each -> shape(each.queue(), each.count())).toList();
    }

    private ObjectNode shape(QueueDefinition queue, Optional<QueueCount> counts) {
        var home = queue.homePod();
        var policy = broker.image()
                .vhost(queue.vhost())
                .map(vhost -> vhost.policyOf(queue))
                .orElse(EffectivePolicy.NONE);
        return Shapes.queue(
                queue, policy, counts, home == null ? broker.cluster().ownerOf(queue.slot()) : home);
    }

    /** The queue in the path. */
    QueueDefinition existing(Call call) {
        return vhosts.existing(call).queue(call.queue()).orElseThrow(Refusal::notFound);
    }

    CompletionStage<Answer> get(Call call) {
        var queue = existing(call);
        var counts = QueueCounts.of(broker.topology(), queue);
        if (call.flag("disable_stats")) {
            return counts.thenApply(known -> Answer.ok(shape(queue, known)));
        }
        var consumers = pods.consumers(queue.vhost().value(), queue.name().value());
        return counts.thenCombine(consumers, (known, details) -> {
            var shape = shape(queue, known);
            shape.set("consumer_details", Shapes.array(details.stream()));
            return Answer.ok(shape);
        });
    }

    CompletionStage<Answer> put(Call call) {
        var body = call.json();
        if (Call.truth(body, "exclusive", false)) {
            throw Refusal.badRequest("an exclusive queue belongs to an AMQP connection");
        }
        return broker.change(new TopologyCommand.DeclareQueue(
                        call.actor(),
                        call.vhost(),
                        call.parameter("queue"),
                        false,
                        Call.truth(body, "durable", true),
                        false,
                        Call.truth(body, "auto_delete", false),
                        Call.arguments(body)))
                .thenApply(reply -> Answer.put(reply instanceof Decision.Reply.Declared declared && declared.isNew()));
    }

    /** {@code {"arguments": {...}}}: all that the queue has from now on. Our own: RabbitMQ lets nobody change a queue. */
    CompletionStage<Answer> change(Call call) {
        var queue = existing(call);
        return broker.change(new TopologyCommand.ChangeQueue(
                        call.actor(), queue.vhost(), queue.name().value(), Call.arguments(call.json())))
                .thenApply(reply -> Answer.noContent());
    }

    /** if-unused and if-empty need the queue's own counts; without an answer nothing is deleted on a condition. */
    CompletionStage<Answer> delete(Call call) {
        var queue = existing(call);
        var ifUnused = call.flag("if-unused");
        var ifEmpty = call.flag("if-empty");
        if (!ifUnused && !ifEmpty) {
            return delete(call, queue, false, false, QueueCount.NOTHING);
        }
        return QueueCounts.of(broker.topology(), queue).thenCompose(counts -> {
            var known = counts.orElseThrow(() -> Refusal.unavailable("the owner of the queue does not answer"));
            return delete(call, queue, ifUnused, ifEmpty, known);
        });
    }

    private CompletionStage<Answer> delete(
            Call call, QueueDefinition queue, boolean ifUnused, boolean ifEmpty, QueueCount counts) {
        return broker.change(new TopologyCommand.DeleteQueue(
                        call.actor(),
                        queue.vhost(),
                        queue.name().value(),
                        ifUnused,
                        ifEmpty,
                        counts.consumers(),
                        counts.ready() + counts.unacked()))
                .thenApply(reply -> Answer.noContent());
    }

    CompletionStage<Answer> purge(Call call) {
        var queue = existing(call);
        var handle = broker.topology().emptiable(call.actor(), queue, "queue.purge");
        return new QueueReader(handle, broker.pod()).purge().thenApply(purged -> Answer.noContent());
    }
}
