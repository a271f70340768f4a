package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.DeadLetterStrategy;
import io.millrace.api.v1alpha1.Overflow;
import io.millrace.api.v1alpha1.Queue;
import io.millrace.api.v1alpha1.QueueSpec;
import io.millrace.api.v1alpha1.QueueType;
import io.millrace.api.v1alpha1.Replay;
import io.millrace.operator.status.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A Queue as it is meant.
 *
 * @param vhost its virtual host
 * @param name its name in AMQP
 * @param arguments all arguments of queue.declare, comparable
 * @param bindings what is routed into it
 */
public record QueueIntent(String vhost, String name, Map<String, Object> arguments, Set<BindingIntent> bindings) {
    public QueueIntent {
        arguments = Map.copyOf(arguments);
        bindings = Set.copyOf(bindings);
    }

    /** Returns the virtual host of a Queue. */
    public static String vhostOf(Queue queue) {
        return Objects.requireNonNullElse(queue.getSpec().vhost(), "/");
    }

    /** Returns the name in AMQP. */
    public static String nameOf(Queue queue) {
        return Objects.requireNonNullElse(
                queue.getSpec().queueName(), queue.getMetadata().getName());
    }

    /** Reads a Queue. */
    public static Parsed<QueueIntent> parse(Queue queue) {
        try {
            return new Parsed.Valid<>(new QueueIntent(
                    vhostOf(queue),
                    nameOf(queue),
                    arguments(queue.getSpec()),
                    BindingIntent.of(queue.getSpec().bindings())));
        } catch (ArithmeticException | NumberFormatException e) {
            return new Parsed.Invalid<>(
                    Reason.INVALID_SPEC,
                    "a time of the queue (messageTtl, expires, consumerTimeout, window or retention) is out of range: "
                            + e.getMessage());
        }
    }

    private static Map<String, Object> arguments(QueueSpec spec) {
        var arguments = new HashMap<>(Arguments.of(spec.arguments()));
        arguments.put("x-queue-type", type(spec.type()));
        put(arguments, "x-message-ttl", spec.messageTtl(), QueueIntent::milliseconds);
        put(arguments, "x-expires", spec.expires(), QueueIntent::milliseconds);
        put(arguments, "x-max-length", spec.maxLength(), length -> length);
        put(arguments, "x-max-length-bytes", spec.maxLengthBytes(), length -> length);
        put(arguments, "x-max-priority", spec.maxPriority(), Integer::longValue);
        put(arguments, "x-shards", spec.shards(), Integer::longValue);
        put(arguments, "x-consumer-timeout", spec.consumerTimeout(), QueueIntent::milliseconds);
        put(
                arguments,
                "x-deduplication-window",
                spec.deduplication(),
                one -> milliseconds(Objects.requireNonNullElse(one.window(), "5m")));
        put(arguments, "x-kafka-retention", spec.replay(), one -> retention(one.retention()));
        put(arguments, "x-overflow", spec.overflow(), Overflow::argument);
        put(arguments, "x-delivery-limit", spec.deliveryLimit(), Integer::longValue);
        put(arguments, "x-single-active-consumer", spec.singleActiveConsumer(), single -> single);
        var deadLetter = spec.deadLetter();
        if (deadLetter != null) {
            arguments.put("x-dead-letter-exchange", deadLetter.exchange());
            put(arguments, "x-dead-letter-routing-key", deadLetter.routingKey(), key -> key);
            put(arguments, "x-dead-letter-strategy", deadLetter.strategy(), DeadLetterStrategy::argument);
        }
        return arguments;
    }

    private static String type(@Nullable QueueType type) {
        return switch (type) {
            case CLASSIC -> "classic";
            case STREAM -> "stream";
            case QUORUM -> "quorum";
            case null -> "quorum";
        };
    }

    /** The broker keeps for ever what is kept for -1 ms. */
    private static long retention(String text) {
        return text.equals(Replay.FOREVER) ? -1 : milliseconds(text);
    }

    private static long milliseconds(String duration) {
        return Units.duration(duration).toMillis();
    }

    private static <T> void put(
            Map<String, Object> arguments, String key, @Nullable T field, Function<T, Object> argument) {
        if (field != null) {
            arguments.put(key, argument.apply(field));
        }
    }
}
