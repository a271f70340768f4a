package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
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
    void alarmsAreSetByAShareOfTheHeapAndBytesOfDisk() {
        var server = QueueOptions.parse(Map.of(
                        "millrace.queues.memory.high.watermark", "0.4",
                        "millrace.queues.disk.free.limit.bytes", "5000000000",
                        "millrace.queues.disk.free.low.watermark", "0.2"))
                .server();

        assertThat(server.memoryHighWatermark()).isEqualTo(0.4);
        assertThat(server.diskFreeLimitBytes()).isEqualTo(5_000_000_000L);
        assertThat(server.diskFreeLimitShare()).isEqualTo(0.2);
        assertThat(QueueOptions.parse(Map.of()).server().diskFreeLimitShare()).isZero();
        assertThatThrownBy(() -> QueueOptions.parse(Map.of("millrace.queues.memory.high.watermark", "80")))
                .hasMessageContaining("millrace.queues.memory.high.watermark is '80'");
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
    void thePageSaysWhichKeysAreLive() throws IOException {
        var page = Files.readString(Path.of("../docs/configuration.md"));
        var live = Pattern.compile("^\\| `([a-z.]+)` \\|.*\\| live \\|$", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map((MatchResult row) -> QueuesSettings.OPTIONS + row.group(1));

        assertThat(live).containsExactlyInAnyOrderElementsOf(QueueOptions.LIVE);
    }

    @Test
    void everyKeyIsDocumented() throws IOException {
        var documented = Files.readString(Path.of("../docs/configuration.md"));

        assertThat(QueueOptions.KEYS).allSatisfy(key -> assertThat(documented)
                .contains("| `" + key.substring(QueuesSettings.OPTIONS.length()) + "` |"));
    }
}
