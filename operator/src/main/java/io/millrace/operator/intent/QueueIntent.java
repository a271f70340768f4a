package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.Queue;
import io.millrace.api.v1alpha1.QueueType;
import io.millrace.operator.status.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

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
        var spec = queue.getSpec();
        var arguments = new HashMap<>(Arguments.of(spec.arguments()));
        arguments.put("x-queue-type", spec.type() == QueueType.CLASSIC ? "classic" : "quorum");
        if (spec.messageTtl() != null) {
            try {
                arguments.put("x-message-ttl", Units.duration(spec.messageTtl()).toMillis());
            } catch (ArithmeticException | NumberFormatException e) {
                return new Parsed.Invalid<>(Reason.INVALID_SPEC, "spec.messageTtl is out of range: " + e.getMessage());
            }
        }
        var deadLetter = spec.deadLetter();
        if (deadLetter != null) {
            arguments.put("x-dead-letter-exchange", deadLetter.exchange());
            if (deadLetter.routingKey() != null) {
                arguments.put("x-dead-letter-routing-key", deadLetter.routingKey());
            }
        }
        return new Parsed.Valid<>(
                new QueueIntent(vhostOf(queue), nameOf(queue), arguments, BindingIntent.of(spec.bindings())));
    }
}
