package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.log.LogView;
import io.millrace.broker.log.TopicState;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;

/** Topics of the log. Our own: RabbitMQ has no log. */
final class TopicRoutes {
    /** What a topic's name alone tells, of what lists are sorted by. */
    private static final Set<String> KNOWN = Set.of("name", "type");

    private final LogView log;
    private final AtOnce atOnce;

    TopicRoutes(ManagedBroker broker, AtOnce atOnce) {
        log = broker.log();
        this.atOnce = atOnce;
    }

    /** Where a page can be chosen by names, nothing else is asked about the other topics. */
    CompletionStage<Answer> list(Call call) {
        var listing = call.listing();
        var type = call.query("type");
        type.ifPresent(TopicRoutes::requireType);
        return atOnce.begin(() -> log.topicNames().thenCompose(names -> {
            var sorted = names.stream()
                    .filter(name -> type.isEmpty()
                            || type.get().equals(TopicType.of(name).text()))
                    .sorted()
                    .toList();
            if (!listing.isChosenBy(KNOWN)) {
                return shapes(sorted).thenApply(shapes -> Answer.ok(Shapes.array(shapes.stream())));
            }
            var page = listing.choose(sorted, LogShapes::named);
            return shapes(page.items())
                    .thenApply(shapes -> listing.answer(new Listing.Page<>(shapes, page.filtered(), page.total())));
        }));
    }

    private static void requireType(String type) {
        if (Stream.of(TopicType.values()).map(TopicType::text).noneMatch(type::equals)) {
            throw Refusal.badRequest("type is none of topic, queue, stream, internal: " + type);
        }
    }

    private CompletionStage<List<ObjectNode>> shapes(Collection<String> names) {
        return log.topics(names).thenCompose(topics -> log.settings(names)
                .thenCombine(log.sizes(topics), (settings, sizes) -> topics.stream()
                        .map(topic -> LogShapes.topic(topic, settings.get(topic.name()), sizes))
                        .toList()));
    }

    CompletionStage<Answer> get(Call call) {
        return look(call, topic -> log.settings(Set.of(topic.name()))
                .thenCombine(log.sizes(Set.of(topic)), (settings, sizes) -> LogShapes.topic(
                                topic, settings.get(topic.name()), sizes)
                        .put("id", topic.id()))
                .thenCombine(details(topic), (shape, partitions) -> {
                    shape.set("partition_details", Shapes.array(partitions));
                    return Answer.ok(shape);
                }));
    }

    CompletionStage<Answer> partitions(Call call) {
        return look(call, topic -> details(topic).thenApply(partitions -> Answer.ok(Shapes.array(partitions))));
    }

    private CompletionStage<Stream<ObjectNode>> details(TopicState topic) {
        return log.ends(topic).thenCombine(log.sizes(Set.of(topic)), (ends, sizes) -> topic.partitions().stream()
                .map(partition -> LogShapes.partition(topic, partition, ends, sizes)));
    }

    private CompletionStage<Answer> look(Call call, Function<TopicState, CompletionStage<Answer>> what) {
        return atOnce.begin(() -> log.topics(Set.of(call.parameter("topic")))
                .thenCompose(found -> what.apply(found.stream().findFirst().orElseThrow(Refusal::notFound))));
    }
}
