package io.millrace.operator.status;

import org.jspecify.annotations.Nullable;

/**
 * How an object stands, before it is put into conditions.
 *
 * @param ready whether users can rely on it now
 * @param reason why
 * @param message what is so, where, and what to do
 * @param degraded a warning although it is ready, or null
 */
public record Standing(
        boolean ready,
        Reason reason,
        String message,
        @Nullable Warning degraded) {

    /** Ready, but. */
    public record Warning(Reason reason, String message) {}

    /** All is well. */
    public static Standing ready(String message) {
        return new Standing(true, Reason.READY, message, null);
    }

    /** Not ready, for a reason whose fate says whether it will pass. */
    public static Standing notReady(Reason reason, String message) {
        return new Standing(false, reason, message, null);
    }

    /** Ready, with a warning. */
    public static Standing degraded(Reason reason, String message) {
        return new Standing(true, Reason.READY, message, new Warning(reason, message));
    }

    /** The same, with a warning, unless there is one already. */
    public Standing troubledBy(Warning what) {
        return degraded == null ? new Standing(ready, reason, message, what) : this;
    }
}
