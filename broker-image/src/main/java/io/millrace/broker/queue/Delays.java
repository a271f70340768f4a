package io.millrace.broker.queue;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.DelayHeader;
import io.millrace.broker.model.Message;

/**
 * Messages that wait for their time in the hidden queue of a delayed exchange. They lie in levels by what remained of their delay when they were appended: level 0 has
 * what was due within a second, level i what was due after 4^(i-1) and within 4^i seconds, the last one everything beyond. So nothing that comes later into a level
 * is due earlier than {@link #shortestMs} after what is there already, and the log of a level need not be known to its end.
 */
public enum Delays implements Partitioning {
    /** By what remains of a delay when the message is appended. */
    BY_REST;

    /** The last one begins at twelve days, and the longest delay is 49. */
    public static final int LEVELS = 12;

    private static final long SECOND_MS = 1_000;

    /** The message as it waits: due when its delay is over, counted from its timestamp. */
    public static Message held(Message message) {
        return message.expiringAt(
                message.timestampMs() + DelayHeader.delayMs(BasicProperties.decode(message.properties())));
    }

    /** When a message is due, in milliseconds since the epoch; one that somebody else wrote into the log at once. */
    public static long dueMs(Message message) {
        return message.expiresAtMs() == Message.NEVER ? message.timestampMs() : message.expiresAtMs();
    }

    @Override
    public int levels() {
        return LEVELS;
    }

    /** The level for a message that is appended at its timestamp. */
    @Override
    public int levelOf(Message message) {
        long remainingMs = dueMs(message) - message.timestampMs();
        int level = 0;
        while (level < LEVELS - 1 && remainingMs >= shortestMs(level + 1)) {
            level++;
        }
        return level;
    }

    /** What remains of the delay of a message at least, when it comes into a level, in milliseconds. */
    public static long shortestMs(int level) {
        return level == 0 ? 0 : SECOND_MS << (2 * (level - 1));
    }

    /** The message as it waits on, appended now to another level. */
    public static Message deferred(Message message, long nowMs) {
        return message.at(nowMs, message.expiresAtMs());
    }

    /** The message after its delay: it is not held again, and its own expiration counts from now on. */
    public static Message released(Message message, long nowMs) {
        var properties = DelayHeader.over(BasicProperties.decode(message.properties()));
        var expiration = properties.expiration();
        return message.withProperties(properties.encode())
                .at(nowMs, expiration == null ? Message.NEVER : nowMs + Long.parseLong(expiration));
    }
}
