package io.millrace.broker.model;

import java.util.OptionalLong;

/** The header {@code x-delay}: for how many milliseconds an exchange of type {@code x-delayed-message} holds a message (RabbitMQ's delayed message exchange plugin). */
public final class DelayHeader {
    /** The longest delay; a longer one is none, as in the plugin. */
    public static final long LONGEST_MS = 0xFFFF_FFFFL;

    private static final String NAME = "x-delay";

    private DelayHeader() {}

    /** How long a message with these headers is to be held; 0 if it is not: no delay, one that is over (negative), or one that is too long. */
    public static long delayMs(FieldTable headers) {
        long given = given(headers).orElse(0);
        return given > LONGEST_MS ? 0 : Math.max(0, given);
    }

    /** As {@link #delayMs(FieldTable)}. */
    public static long delayMs(BasicProperties properties) {
        var headers = properties.headers();
        return headers == null ? 0 : delayMs(headers);
    }

    /** Whether the header is a text that is no number. */
    public static boolean isUnreadable(FieldTable headers) {
        var value = headers.get(NAME).orElse(null);
        return (value instanceof LongString || value instanceof FieldValue.Bytes)
                && number(value).isEmpty();
    }

    /** The properties of the message after its delay: the header is negative, so that it is not held again and its receiver sees that it was. */
    public static BasicProperties over(BasicProperties properties) {
        var headers = properties.headers();
        if (headers == null || given(headers).isEmpty()) {
            return properties;
        }
        long given = given(headers).getAsLong();
        return properties.withHeaders(headers.with(NAME, new FieldValue.Int64(-given)));
    }

    private static OptionalLong given(FieldTable headers) {
        return headers.get(NAME).map(DelayHeader::number).orElse(OptionalLong.empty());
    }

    /** Whole numbers, texts of them, and fractions cut off; other types are no delay. */
    private static OptionalLong number(FieldValue value) {
        return switch (value) {
            case FieldValue.Whole whole -> OptionalLong.of(whole.asLong());
            case FieldValue.Float32(var real) -> OptionalLong.of((long) real);
            case FieldValue.Float64(var real) -> OptionalLong.of((long) real);
            case LongString text -> parsed(text);
            case FieldValue.Bytes(var text) -> parsed(text);
            default -> OptionalLong.empty();
        };
    }

    private static OptionalLong parsed(LongString text) {
        try {
            return OptionalLong.of(Long.parseLong(text.text()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
