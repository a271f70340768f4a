package io.millrace.broker.protocol;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.topology.ErlangText;

/** Arguments of {@code basic.consume} (RabbitMQ, Consumers). */
final class ConsumerArguments {
    private ConsumerArguments() {}

    /**
     * {@code x-priority}; 0 if absent.
     *
     * @throws ChannelError {@code PRECONDITION_FAILED} if it is no number
     */
    static int priority(FieldTable arguments, QueueRef queue) {
        var given = arguments.get("x-priority");
        if (given.isEmpty()) {
            return 0;
        }
        if (given.get() instanceof FieldValue.Whole number) {
            return (int) number.asLong();
        }
        throw new ChannelError(
                ReplyCode.PRECONDITION_FAILED,
                "invalid arg 'x-priority' for queue '%s' in vhost '%s': \"expected integer, got %s\""
                        .formatted(queue.queueName(), queue.vhost(), ErlangText.typeName(given.get())),
                60,
                20);
    }
}
