package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandaloneKafkaTest {
    @Test
    void aSettingOfTheUsersOwnWinsOverTheChosenOne() {
        var own = Map.of("broker.session.timeout.ms", "60000", "num.partitions", "3");

        var properties = new StandaloneKafka(9092, 9093, Path.of("log"), own).properties();

        assertThat(properties).containsAllEntriesOf(own).containsEntry("broker.heartbeat.interval.ms", "500");
    }
}
