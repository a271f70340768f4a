package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyAddressTest {
    private static final SessionId CHANNEL = new SessionId("orders-broker-0", 77);

    @Test
    void anAddressTellsPodAndChannelAndHoldsASecret() {
        var one = ReplyAddress.of(CHANNEL, new byte[] {1, 2, 3});
        var other = ReplyAddress.of(CHANNEL, new byte[] {1, 2, 4});

        assertThat(ReplyAddress.parse(one.name())).contains(one);
        assertThat(one.session()).isEqualTo(CHANNEL);
        assertThat(one.name()).isNotEqualTo(other.name()).startsWith("amq.rabbitmq.reply-to.");
    }

    @Test
    void anAddressOfTheLongestPodNameFitsAShortString() {
        var pod = "p".repeat(63);

        assertThat(ReplyAddress.of(new SessionId(pod, Long.MAX_VALUE), new byte[16])
                        .name())
                .hasSizeLessThan(255);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "orders",
                "amq.rabbitmq.reply-to",
                "amq.rabbitmq.reply-to.",
                "amq.rabbitmq.reply-to..",
                "amq.rabbitmq.reply-to.x.y",
                "amq.rabbitmq.reply-to.!!!.AAAA",
                "amq.rabbitmq.reply-to.bm8.AAAA", // "no"
                "amq.rabbitmq.reply-to.eEBwb2Q.AAAA", // "x@pod"
            })
    void whatIsNoAddressIsNotRead(String name) {
        assertThat(ReplyAddress.parse(name)).isEmpty();
    }
}
