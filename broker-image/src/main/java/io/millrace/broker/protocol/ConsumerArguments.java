package io.millrace.broker.protocol;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.topology.ErlangText;
import java.util.OptionalLong;

/** Arguments of {@code basic.consume} (RabbitMQ, Consumers). */
final class ConsumerArguments {
    private ConsumerArguments() {}

    /**
     * {@code x-priority}; 0 if absent.
     *
     * @throws ChannelError {@code PRECONDITION_FAILED} if it is no number
     */
    static int priority(FieldTable arguments, QueueRef queue) {
        return (int) number("x-priority", arguments, queue).orElse(0);
    }

    /**
     * {@code x-consumer-timeout}: how long a delivery may wait for its acknowledgement, in milliseconds; empty if absent.
     *
     * @throws ChannelError {@code PRECONDITION_FAILED} if it is no number, or negative
     */
    static OptionalLong timeoutMs(FieldTable arguments, QueueRef queue) {
        var timeout = number("x-consumer-timeout", arguments, queue);
        if (timeout.orElse(0) < 0) {
            throw invalid("x-consumer-timeout", queue, "{value_negative," + timeout.getAsLong() + "}");
        }
        return timeout;
    }

    private static OptionalLong number(String key, FieldTable arguments, QueueRef queue) {
        var given = arguments.get(key);
        if (given.isEmpty()) {
            return OptionalLong.empty();
        }
        if (given.get() instanceof FieldValue.Whole number) {
            return OptionalLong.of(number.asLong());
        }
        throw invalid(key, queue, "\"expected integer, got " + ErlangText.typeName(given.get()) + "\"");
    }

    private static ChannelError invalid(String key, QueueRef queue, String problem) {
        return new ChannelError(
                ReplyCode.PRECONDITION_FAILED,
                "invalid arg '%s' for queue '%s' in vhost '%s': %s"
                        .formatted(key, queue.queueName(), queue.vhost(), problem),
                60,
                20);
    }
}
