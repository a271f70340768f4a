package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

/** The hash of group keys against Kafka's. */
class Murmur2Test {
    @Test
    void everyLengthHashesAsInKafka() {
        var chance = new Random(1);
        for (int length = 0; length < 200; length++) {
            var bytes = new byte[length];
            chance.nextBytes(bytes);

            assertThat(Murmur2.hash(bytes)).as("%d bytes", length).isEqualTo(Utils.murmur2(bytes));
        }
    }
}
