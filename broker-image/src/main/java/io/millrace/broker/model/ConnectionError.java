package io.millrace.broker.model;

/** A refusal that ends the connection it happened on (AMQP 0-9-1 §1.1, "connection exceptions"). */
public final class ConnectionError extends AmqpError {
    private static final long serialVersionUID = 1L;

    /** An error that no single method is to blame for. */
    public ConnectionError(ReplyCode replyCode, String explanation) {
        this(replyCode, explanation, 0, 0);
    }

    public ConnectionError(ReplyCode replyCode, String explanation, int failingClassId, int failingMethodId) {
        super(replyCode, explanation, failingClassId, failingMethodId);
    }

    /** The same error, blamed on a method. */
    public ConnectionError causedBy(int classId, int methodId) {
        return new ConnectionError(replyCode(), explanation(), classId, methodId);
    }
}
