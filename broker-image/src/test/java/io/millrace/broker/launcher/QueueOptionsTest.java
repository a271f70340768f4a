package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueueOptionsTest {
    @Test
    void defaultsWork() {
        var options = QueueOptions.parse(Map.of());

        assertThat(options.publishLanes()).isPositive();
        assertThat(options.fetchers()).isEqualTo(2);
    }

    @Test
    void aConsumerIsWaitedForAsLongAsTheSettingSays() {
        var options = QueueOptions.parse(Map.of("millrace.queues.consumer.timeout.ms", "1500"));

        assertThat(options.server().consumerTimeout()).hasMillis(1_500);
        assertThat(QueueOptions.parse(Map.of()).server().consumerTimeout()).hasMinutes(30);
    }

    @Test
    void anUnknownKeyIsNamed() {
        assertThatThrownBy(() -> QueueOptions.parse(Map.of("millrace.queues.speed", "high")))
                .hasMessageContaining("millrace.queues.speed");
    }

    @Test
    void aWrongValueIsNamed() {
        assertThatThrownBy(() -> QueueOptions.parse(Map.of("millrace.queues.fetchers", "many")))
                .hasMessageContaining("millrace.queues.fetchers is 'many'");
    }

    @Test
    void everyKeyIsDocumented() throws IOException {
        var documented = Files.readString(Path.of("../docs/configuration.md"));

        assertThat(QueueOptions.KEYS).allSatisfy(key -> assertThat(documented)
                .contains("| `" + key.substring(QueuesSettings.OPTIONS.length()) + "` |"));
    }
}
