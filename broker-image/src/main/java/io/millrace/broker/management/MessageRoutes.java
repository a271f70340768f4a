package io.millrace.broker.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.ContentHeader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Publishing and reading single messages, for people who try things out. */
final class MessageRoutes {
    private static final int MESSAGES_AT_MOST = 1_000;
    private static final long LONGEST_LIFETIME_MS = 0xFFFF_FFFFL;

    private final ManagedBroker broker;
    private final ExchangeRoutes exchanges;
    private final QueueRoutes queues;

    MessageRoutes(ManagedBroker broker, ExchangeRoutes exchanges, QueueRoutes queues) {
        this.broker = broker;
        this.exchanges = exchanges;
        this.queues = queues;
    }

    CompletionStage<Answer> publish(Call call) {
        var exchange = exchanges.existing(call);
        var body = call.json();
        var properties = MessageJson.properties(body.path("properties"));
        requireOwnUserId(call, properties);
        var routingKey = Call.requiredText(body, "routing_key");
        var payload = payload(body);
        var header = new ContentHeader(payload.length, properties.encode());
        var route = broker.topology()
                .publishRoute(
                        call.actor(),
                        call.vhost(),
                        new Basic.Publish(exchange.name().value(), routingKey, false, false),
                        header)
                .route();
        if (route.isEmpty()) {
            return CompletableFuture.completedFuture(routed(false));
        }
        long now = broker.clock().millis();
        var message = new Message(
                exchange.name().value(),
                routingKey,
                route.on(properties).encode(),
                payload,
                expiry(properties, now),
                now);
        var arrived = new CompletableFuture<Boolean>();
        broker.cluster().publisher().publish(message, route, 0, arrived::complete);
        return arrived.thenApply(success -> {
            if (!success) {
                throw Refusal.unavailable("the log did not take the message");
            }
            return routed(true);
        });
    }

    private static Answer routed(boolean routed) {
        return Answer.ok(Shapes.object().put("routed", routed));
    }

    private static void requireOwnUserId(Call call, BasicProperties properties) {
        var userId = properties.userId();
        var user = call.user().name();
        if (userId != null && !userId.equals(user)) {
            throw Refusal.badRequest(
                    "user_id property set to '%s' but authenticated user was '%s'".formatted(userId, user));
        }
    }

    private static byte[] payload(JsonNode body) {
        var payload = Call.requiredText(body, "payload");
        return switch (Call.text(body, "payload_encoding").orElse("string")) {
            case "string" -> payload.getBytes(StandardCharsets.UTF_8);
            case "base64" -> Base64.getDecoder().decode(payload);
            default -> throw Refusal.badRequest("payload_encoding is neither string nor base64");
        };
    }

    private static long expiry(BasicProperties properties, long now) {
        var expiration = properties.expiration();
        if (expiration == null) {
            return Message.NEVER;
        }
        try {
            long lifetimeMs = Long.parseLong(expiration);
            if (lifetimeMs >= 0 && lifetimeMs <= LONGEST_LIFETIME_MS) {
                return now + lifetimeMs;
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        throw Refusal.badRequest("invalid expiration '" + expiration + "'");
    }

    CompletionStage<Answer> get(Call call) {
        var queue = queues.existing(call);
        var body = call.json();
        int count = Call.number(body, "count", 1, MESSAGES_AT_MOST);
        var outcome = outcome(Call.requiredText(body, "ackmode"));
        var asText = isText(Call.text(body, "encoding").orElse("auto"));
        int truncate = body.has("truncate") ? Call.number(body, "truncate", 0, Integer.MAX_VALUE) : Integer.MAX_VALUE;
        var handle = broker.topology().emptiable(call.actor(), queue, "basic.get");
        return new QueueReader(handle, broker.pod())
                .read(count, outcome)
                .thenApply(messages -> Answer.ok(
                        Shapes.array(messages.stream().map(taken -> MessageJson.taken(taken, asText, truncate)))));
    }

    private static Outcome outcome(String ackMode) {
        return switch (ackMode) {
            case "ack_requeue_true", "reject_requeue_true" -> Outcome.REQUEUE;
            case "ack_requeue_false" -> Outcome.ACK;
            case "reject_requeue_false" -> Outcome.DEAD_LETTER;
            default -> throw Refusal.badRequest("invalid ackmode " + ackMode);
        };
    }

    private static boolean isText(String encoding) {
        return switch (encoding) {
            case "auto" -> true;
            case "base64" -> false;
            default -> throw Refusal.badRequest("encoding is neither auto nor base64");
        };
    }
}
