package io.millrace.broker.model;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The limit that AMQP's short strings put on every name. */
final class ShortStrings {
    private static final int LONGEST_BYTES = 255;
    private static final int LONGEST_UNCHECKED_CHARS = LONGEST_BYTES / 4;

    private ShortStrings() {}

    static void requireFits(String what, String value) {
        if (value.length() > LONGEST_UNCHECKED_CHARS && value.getBytes(UTF_8).length > LONGEST_BYTES) {
            throw new IllegalArgumentException(what + " has at most 255 bytes");
        }
    }
}
