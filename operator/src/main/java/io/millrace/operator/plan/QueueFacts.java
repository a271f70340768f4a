package io.millrace.operator.plan;

import java.util.Map;
import java.util.Optional;

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
 * @param migration how far a change of it is, if one is under way
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
        Optional<Migration> migration,
        boolean counted) {

    /**
     * A change that is under way.
     *
     * @param switched whether every pod publishes to the new log
     * @param messagesLeft messages ready in former logs
     */
    public record Migration(boolean switched, long messagesLeft) {}

    public QueueFacts {
        arguments = Map.copyOf(arguments);
    }
}
