package io.millrace.broker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogNamesTest {
    @ParameterizedTest
    @CsvSource({"/, _2f", "_, _5f", "a-Z9, a-Z9", "a.b, a_2eb", "ä, _c3_a4", "'', ''"})
    void namesAreEncodedReversibly(String name, String encoded) {
        assertThat(LogNames.encode(name)).isEqualTo(encoded);
        assertThat(LogNames.decode(encoded)).isEqualTo(name);
    }

    @Test
    void laterLivesHaveTopicsOfTheirOwn() {
        var queue = new QueueName("orders.eu");

        assertThat(LogNames.queueTopic(VirtualHostName.DEFAULT, queue, 1)).isEqualTo("q._2f.orders_2eeu");
        assertThat(LogNames.queueTopic(VirtualHostName.DEFAULT, queue, 2)).isEqualTo("q._2f.orders_2eeu.g2");
    }

    @Test
    void longNamesAreCutAndStayDifferent() {
        var one = LogNames.queueTopic(VirtualHostName.DEFAULT, new QueueName("x".repeat(254) + "1"), 1);
        var two = LogNames.queueTopic(VirtualHostName.DEFAULT, new QueueName("x".repeat(254) + "2"), 1);
        var later = LogNames.queueTopic(VirtualHostName.DEFAULT, new QueueName("x".repeat(254) + "1"), 2);

        assertThat(one).hasSize(168).matches("q\\._2f\\.x+\\.h[0-9a-f]{16}");
        assertThat(IntStream.of(one.hashCode(), two.hashCode(), later.hashCode())
                        .distinct()
                        .count())
                .isEqualTo(3);
    }

    @Test
    void queuesSpreadOverTheSlots() {
        var used = IntStream.range(0, 1000)
                .map(number -> LogNames.slot(VirtualHostName.DEFAULT, new QueueName("q" + number), 64))
                .distinct()
                .count();

        assertThat(used).isEqualTo(64);
    }

    @Test
    void aPasswordHashIsTheOneOfRabbitMqsDocumentation() {
        var hash = PasswordHash.of("test12", new byte[] {(byte) 0x90, (byte) 0x8D, (byte) 0xC6, 0x0A});

        assertThat(hash.base64()).isEqualTo("kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR");
        assertThat(hash.matches("test12")).isTrue();
        assertThat(hash.matches("test13")).isFalse();
        assertThat(PasswordHash.NONE.matches("")).isFalse();
        assertThat(hash.toString()).doesNotContain(hash.base64());
    }
}
