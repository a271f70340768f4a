package io.millrace.operator.plan;

import java.util.Map;

/**
 * A queue as the brokers tell it.
 *
 * @param vhost its virtual host
 * @param name its name
 * @param durable whether it survives
 * @param arguments its arguments
 * @param ready messages that wait
 * @param unacked messages delivered and not settled
 * @param consumers its consumers
 * @param owner pod that serves it, or empty
 * @param counted whether its owner answered; without it the counts are unknown and 0
 */
public record QueueFacts(
        String vhost,
        String name,
        boolean durable,
        Map<String, Object> arguments,
        long ready,
        long unacked,
        int consumers,
        String owner,
        boolean counted) {
    public QueueFacts {
        arguments = Map.copyOf(arguments);
    }
}
