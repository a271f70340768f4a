package io.millrace.broker.queue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Where answers to a channel's requests go (RabbitMQ, Direct Reply-to): a name in the form of a queue's that tells pod and channel, and holds a secret, so
 * that only who was asked can answer.
 *
 * @param session the channel that asks
 * @param name what stands in {@code reply-to}
 */
public record ReplyAddress(SessionId session, String name) {
    /** The pseudo queue that requests name and answers are consumed from. */
    public static final String QUEUE = "amq.rabbitmq.reply-to";

    private static final String PREFIX = QUEUE + ".";

    /** The address of a channel. */
    public static ReplyAddress of(SessionId session, byte[] secret) {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        var asker = session.number() + "@" + session.pod();
        return new ReplyAddress(
                session,
                PREFIX
                        + encoder.encodeToString(asker.getBytes(StandardCharsets.UTF_8))
                        + "."
                        + encoder.encodeToString(secret));
    }

    /** Whether a name may be an address. */
    public static boolean isOne(String name) {
        return name.startsWith(PREFIX);
    }

    /** Whether a name is the pseudo queue's or may be an address: no queue can have it. */
    public static boolean isReserved(String name) {
        return name.startsWith(QUEUE);
    }

    /** Reads an address; nothing if it is none of ours. */
    public static Optional<ReplyAddress> parse(String name) {
        int end = name.lastIndexOf('.');
        if (!isOne(name) || end <= PREFIX.length()) {
            return Optional.empty();
        }
        try {
            var asker = new String(
                    Base64.getUrlDecoder().decode(name.substring(PREFIX.length(), end)), StandardCharsets.UTF_8);
            int at = asker.indexOf('@');
            return at < 1
                    ? Optional.empty()
                    : Optional.of(new ReplyAddress(
                            new SessionId(asker.substring(at + 1), Long.parseLong(asker.substring(0, at))), name));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // neither base 64 nor a number
        }
    }
}
