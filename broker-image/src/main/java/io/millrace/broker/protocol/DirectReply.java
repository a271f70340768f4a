package io.millrace.broker.protocol;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.queue.ReplyAddress;
import io.millrace.broker.wire.Basic;
import org.jspecify.annotations.Nullable;

/** A channel's consumer of answers to its own requests (RabbitMQ, Direct Reply-to): one at most, and what comes is settled when sent. */
final class DirectReply {
    private final ChannelPort port;
    private @Nullable String consumerTag;

    DirectReply(ChannelPort port) {
        this.port = port;
    }

    static boolean isFor(Basic.Consume consume) {
        return consume.queue().equals(ReplyAddress.QUEUE);
    }

    void consume(String tag, Basic.Consume consume) {
        if (!consume.noAck()) {
            throw refused("reply consumer cannot acknowledge", consume);
        }
        if (consumerTag != null) {
            throw refused("reply consumer already set", consume);
        }
        consumerTag = tag;
        port.openReplies();
        if (!consume.noWait()) {
            port.send(new Basic.ConsumeOk(tag));
        }
    }

    private static ChannelError refused(String text, Basic.Consume consume) {
        return new ChannelError(ReplyCode.PRECONDITION_FAILED, text, consume.classId(), consume.methodId());
    }

    boolean has(String tag) {
        return tag.equals(consumerTag);
    }

    void cancel() {
        consumerTag = null;
        port.closeReplies();
    }

    /** Who is to be told of an answer that came; null if the consumer has gone meanwhile. */
    @Nullable
    String consumerTag() {
        return consumerTag;
    }
}
