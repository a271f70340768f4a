package io.millrace.broker.management;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Bytes as JSON has them.
 *
 * @param encoding {@code string} for UTF-8, {@code base64} for everything else
 */
record ShownBytes(String text, String encoding) {
    private static final int LONGEST_CHARACTER = 4;

    /**
     * Shows bytes.
     *
     * @param asText whether what is UTF-8 is shown as text
     * @param isCut whether there were more: what is left of a character at the end is not shown
     */
    static ShownBytes of(byte[] bytes, boolean asText, boolean isCut) {
        int most = asText ? (isCut ? LONGEST_CHARACTER : 1) : 0;
        for (int less = 0; less < Math.min(most, bytes.length + 1); less++) {
            try {
                var text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes, 0, bytes.length - less))
                        .toString();
                return new ShownBytes(text, "string");
            } catch (CharacterCodingException e) {
                // perhaps with less of it; otherwise it is no text
            }
        }
        return new ShownBytes(Base64.getEncoder().encodeToString(bytes), "base64");
    }
}
