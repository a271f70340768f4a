package io.millrace.broker.topology;

import java.util.List;

/**
 * Where a message goes.
 *
 * @param queues each queue once; one of kind {@link QueueKind#DELAY} where an exchange holds the message for now
 * @param topics each topic of the log once
 * @param onlyThis whether another message with the same exchange and routing key could go elsewhere, because of its properties
 *     or by chance; if not, the result may be kept for as long as the image is the same
 */
public record Routes(List<QueueDefinition> queues, List<String> topics, boolean onlyThis) {
    static final Routes NOWHERE = new Routes(List.of(), List.of(), false);

    /** Whether the message reaches nothing at all. */
    public boolean isEmpty() {
        return queues.isEmpty() && topics.isEmpty();
    }
}
