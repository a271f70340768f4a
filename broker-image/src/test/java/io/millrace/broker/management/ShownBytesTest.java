package io.millrace.broker.management;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Bytes as JSON has them. */
class ShownBytesTest {
    @Test
    void whatIsUtf8IsTextUnlessBase64IsWanted() {
        assertThat(ShownBytes.of("é".getBytes(UTF_8), true, false)).isEqualTo(new ShownBytes("é", "string"));
        assertThat(ShownBytes.of("é".getBytes(UTF_8), false, false)).isEqualTo(new ShownBytes("w6k=", "base64"));
        assertThat(ShownBytes.of(new byte[0], true, false)).isEqualTo(new ShownBytes("", "string"));
    }

    @Test
    void otherBytesAreBase64() {
        assertThat(ShownBytes.of(new byte[] {(byte) 0xFF, 0}, true, false)).isEqualTo(new ShownBytes("/wA=", "base64"));
    }

    @Test
    void textThatIsCutEndsWithAWholeCharacterWhereverItIsCut() {
        var bytes = "a€𝄞b".getBytes(UTF_8);
        String[] expected = {"", "a", "a", "a", "a€", "a€", "a€", "a€", "a€𝄞"};

        for (int length = 0; length < expected.length; length++) {
            assertThat(ShownBytes.of(Arrays.copyOf(bytes, length), true, true))
                    .isEqualTo(new ShownBytes(expected[length], "string"));
        }
    }

    @Test
    void halfACharacterIsNoTextWhereNothingIsCut() {
        assertThat(ShownBytes.of(Arrays.copyOf("é".getBytes(UTF_8), 1), true, false)
                        .encoding())
                .isEqualTo("base64");
    }
}
