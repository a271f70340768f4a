package io.millrace.broker.protocol;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.queue.StreamOffset;
import io.millrace.broker.topology.ErlangText;
import io.millrace.broker.topology.MaxAge;
import io.millrace.broker.topology.QueueType;
import io.millrace.broker.topology.Refusals;
import java.util.OptionalLong;

/** Arguments of {@code basic.consume} (RabbitMQ, Consumers). */
final class ConsumerArguments {
    private static final String PRIORITY = "x-priority";
    private static final String STREAM_OFFSET = "x-stream-offset";
    private static final long MS_PER_SECOND = 1_000;

    private ConsumerArguments() {}

    /**
     * {@code x-priority}; 0 if absent.
     *
     * @throws ChannelError {@code PRECONDITION_FAILED} if it is no number
     */
    static int priority(FieldTable arguments, QueueRef queue) {
        return (int) number(PRIORITY, arguments, queue).orElse(0);
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

    /**
     * Passes if a queue of that type takes these arguments.
     *
     * @throws ChannelError {@code PRECONDITION_FAILED} if not
     */
    static void requireFit(FieldTable arguments, QueueRef queue, QueueType type) {
        var foreign = type == QueueType.STREAM ? PRIORITY : STREAM_OFFSET;
        if (arguments.get(foreign).isPresent()) {
            throw refused("invalid arg '%s' for %s of queue type %s".formatted(foreign, text(queue), type.module()));
        }
    }

    /**
     * {@code x-stream-offset}: first, last, next, an offset, a time or a span of time; next if absent.
     *
     * @throws ChannelError {@code PRECONDITION_FAILED} if it is none of them
     */
    static StreamOffset streamOffset(FieldTable arguments, QueueRef stream) {
        return switch (arguments.get(STREAM_OFFSET).orElse(null)) {
            case null -> new StreamOffset.Next();
            case FieldValue.Timestamp(var seconds) ->
                new StreamOffset.Since(Math.clamp(seconds, 0, Long.MAX_VALUE / MS_PER_SECOND) * MS_PER_SECOND);
            case FieldValue.Whole offset -> new StreamOffset.At(offset.asLong());
            case LongString text -> streamOffset(text, stream);
            case FieldValue other -> throw noOffset(other, stream);
        };
    }

    private static StreamOffset streamOffset(LongString text, QueueRef stream) {
        return switch (text.text()) {
            case "first" -> new StreamOffset.First();
            case "last" -> new StreamOffset.Last();
            case "next" -> new StreamOffset.Next();
            case String span -> new StreamOffset.Ago(MaxAge.parseMs(span).orElseThrow(() -> noOffset(text, stream)));
        };
    }

    private static ChannelError noOffset(FieldValue value, QueueRef stream) {
        return invalid(
                STREAM_OFFSET,
                stream,
                "{invalid_stream_offset_arg,{" + ErlangText.typeName(value) + "," + ErlangText.term(value) + "}}");
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
        return refused("invalid arg '%s' for %s: %s".formatted(key, text(queue), problem));
    }

    private static ChannelError refused(String explanation) {
        return new ChannelError(ReplyCode.PRECONDITION_FAILED, explanation, 60, 20);
    }

    private static String text(QueueRef queue) {
        return Refusals.text(new VirtualHostName(queue.vhost()), new QueueName(queue.queueName()));
    }
}
