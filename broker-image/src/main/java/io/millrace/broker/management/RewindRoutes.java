package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.cluster.QueueHandle;
import io.millrace.broker.log.LogPart;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Going back to what was settled. Our own: RabbitMQ has nothing like it. */
final class RewindRoutes {
    private final ManagedBroker broker;
    private final QueueRoutes queues;

    RewindRoutes(ManagedBroker broker, QueueRoutes queues) {
        this.broker = broker;
        this.queues = queues;
    }

    /** {@code {"to": "earliest" | "latest" | an ISO 8601 time | an offset}}. Whoever may read the queue may rewind it. */
    CompletionStage<Answer> rewind(Call call) {
        var queue = queues.existing(call);
        var handle = (QueueHandle) broker.topology()
                .readable(call.actor(), queue.vhost(), queue.name().value());
        if (!handle.isReplayable()) {
            throw Refusal.badRequest(
                    "the queue keeps no settled messages: it has to be declared with x-kafka-retention,"
                            + " the milliseconds it shall keep them (-1: for ever)");
        }
        var parts = handle.logs();
        return targets(parts, Call.requiredText(call.json(), "to"))
                .thenCompose(offsets -> new QueueReader(handle, broker.pod())
                        .rewind(handle.places(part -> offsets.getOrDefault(part, 0L)))
                        .thenApply(done -> Answer.ok(answer(parts, offsets))));
    }

    private static ObjectNode answer(List<LogPart> parts, Map<LogPart, Long> offsets) {
        var answer = Shapes.object();
        var list = answer.putArray("offsets");
        parts.forEach(part -> list.add(offsets.getOrDefault(part, 0L)));
        return answer;
    }

    private CompletionStage<Map<LogPart, Long>> targets(List<LogPart> parts, String to) {
        return switch (to) {
            case "earliest" -> at(parts, 0);
            case "latest" -> broker.topics().ends(parts);
            default -> to.matches("\\d{1,18}") ? offset(parts, Long.parseLong(to)) : at(parts, time(to));
        };
    }

    private CompletionStage<Map<LogPart, Long>> at(List<LogPart> parts, long timeMs) {
        var times = new HashMap<LogPart, Long>();
        parts.forEach(part -> times.put(part, timeMs));
        return broker.topics().offsetsAt(times);
    }

    private static CompletionStage<Map<LogPart, Long>> offset(List<LogPart> parts, long offset) {
        if (parts.size() > 1) {
            throw Refusal.badRequest(
                    "the queue lies in several partitions, and each has its own offsets: give a time instead");
        }
        return CompletableFuture.completedFuture(Map.of(parts.getFirst(), offset));
    }

    private static long time(String text) {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw Refusal.badRequest(
                    "to is neither earliest, latest, an offset nor a time like 2026-01-31T12:00:00Z: " + text);
        }
    }
}
