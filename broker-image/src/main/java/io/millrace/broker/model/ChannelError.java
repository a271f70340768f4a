package io.millrace.broker.model;

/** A refusal that ends the channel it happened on (AMQP 0-9-1 §1.1, "channel exceptions"). */
public final class ChannelError extends AmqpError {
    private static final long serialVersionUID = 1L;

    /** An error that no single method is to blame for. */
    public ChannelError(ReplyCode replyCode, String explanation) {
        this(replyCode, explanation, 0, 0);
    }

    public ChannelError(ReplyCode replyCode, String explanation, int failingClassId, int failingMethodId) {
        super(replyCode, explanation, failingClassId, failingMethodId);
    }

    /** The same error, blamed on a method. */
    public ChannelError causedBy(int classId, int methodId) {
        return new ChannelError(replyCode(), explanation(), classId, methodId);
    }
}
