package io.millrace.broker.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AmqpErrorTest {
    @Test
    void theTextBeginsWithTheNameOfTheCode() {
        var error = new ChannelError(ReplyCode.NOT_FOUND, "no queue 'x' in vhost '/'", 50, 10);

        assertThat(error.text()).isEqualTo("NOT_FOUND - no queue 'x' in vhost '/'");
        assertThat(error.replyCode().code()).isEqualTo(404);
    }

    @Test
    void aLongTextIsCutToAShortStringBetweenCharacters() {
        var error = new ConnectionError(ReplyCode.FRAME_ERROR, "ä".repeat(300));

        assertThat(error.text()).endsWith("ä...");
        assertThat(error.text().getBytes(UTF_8)).hasSizeBetween(253, 255);
    }

    @Test
    void everyCodeIsFoundByItsNumber() {
        for (var code : ReplyCode.values()) {
            assertThat(ReplyCode.of(code.code())).contains(code);
        }
        assertThat(ReplyCode.of(499)).isEmpty();
    }
}
