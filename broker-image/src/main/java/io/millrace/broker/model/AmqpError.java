package io.millrace.broker.model;

import java.nio.charset.StandardCharsets;

/**
 * A refusal in AMQP's own words: the only thing wire and protocol code throws. It ends a channel or a connection; the
 * shell turns it into {@code channel.close} or {@code connection.close}. It carries no stack trace, because it is an
 * answer and not a bug.
 */
public abstract sealed class AmqpError extends RuntimeException permits ChannelError, ConnectionError {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_TEXT_BYTES = 255;

    private final ReplyCode replyCode;
    private final String explanation;
    private final int failingClassId;
    private final int failingMethodId;

    AmqpError(ReplyCode replyCode, String explanation, int failingClassId, int failingMethodId) {
        super(replyCode + " - " + explanation, null, false, false);
        this.replyCode = replyCode;
        this.explanation = explanation;
        this.failingClassId = failingClassId;
        this.failingMethodId = failingMethodId;
    }

    public ReplyCode replyCode() {
        return replyCode;
    }

    /** What went wrong, without the code's name in front. */
    public String explanation() {
        return explanation;
    }

    /** Class of the method that failed; 0 if no method is to blame. */
    public int failingClassId() {
        return failingClassId;
    }

    /** The method that failed; 0 if no method is to blame. */
    public int failingMethodId() {
        return failingMethodId;
    }

    /**
     * The reply text as RabbitMQ writes it: {@code NOT_FOUND - no queue 'x' in vhost '/'}, cut to the 255 bytes of a
     * short string.
     */
    public String text() {
        var text = replyCode + " - " + explanation;
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= LONGEST_TEXT_BYTES ? text : cut(bytes);
    }

    private static String cut(byte[] bytes) {
        var end = LONGEST_TEXT_BYTES - 3;
        while ((bytes[end] & 0xC0) == 0x80) { // never cut inside a character
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + "...";
    }
}
