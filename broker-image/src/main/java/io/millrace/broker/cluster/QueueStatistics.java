package io.millrace.broker.cluster;

import io.millrace.broker.model.DeathReason;
import java.util.Map;

/**
 * What is known of a queue at its owner; counts begin when it becomes the owner.
 *
 * @param ready messages ready for delivery
 * @param unacked messages held unacknowledged
 * @param published messages that came in
 * @param delivered messages sent to consumers and answers to basic.get
 * @param redelivered those of them that were flagged so
 * @param acknowledged messages that consumers acknowledged
 * @param dead messages dead-lettered or dropped, by reason
 */
public record QueueStatistics(
        String vhost,
        String queue,
        long ready,
        long unacked,
        int consumers,
        long published,
        long delivered,
        long redelivered,
        long acknowledged,
        Map<DeathReason, Long> dead) {
    /** On the queue's loop. */
    static QueueStatistics of(OwnedQueue owned) {
        var machine = owned.machine();
        var tally = machine.tally();
        return new QueueStatistics(
                owned.handle().vhost(),
                owned.handle().queueName(),
                machine.ready(),
                machine.unackedCount(),
                machine.consumers().size(),
                machine.published(),
                tally.delivered(),
                tally.redelivered(),
                tally.acknowledged(),
                tally.dead());
    }
}
