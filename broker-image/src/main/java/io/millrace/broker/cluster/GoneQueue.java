package io.millrace.broker.cluster;

import io.millrace.broker.queue.QueueCommand;
import org.jspecify.annotations.Nullable;

/** What somebody hears who wants something of a queue that was just deleted: as if it had been there and empty. */
final class GoneQueue {
    private GoneQueue() {}

    static void refuse(QueueHandle queue, QueueCommand command, @Nullable QueueEvents events) {
        if (events == null) {
            return;
        }
        switch (command) {
            case QueueCommand.Subscribe(var consumer, var exclusive) -> {
                events.subscribed(queue, consumer.id().consumerTag(), true);
                events.cancelled(queue, consumer.id().consumerTag());
            }
            case QueueCommand.Get get -> events.got(queue, get.requestId(), -1, null, false, 0);
            case QueueCommand.Purge purge -> events.purged(queue, purge.requestId(), 0);
            case QueueCommand.Rewind rewind -> events.rewound(queue, rewind.requestId());
            default -> {
                // nothing is owed
            }
        }
    }
}
