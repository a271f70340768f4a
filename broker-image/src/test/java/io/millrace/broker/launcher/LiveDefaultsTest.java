package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.junit.jupiter.api.Test;

/** The operator undoes a live setting by telling brokers its default (docs/broker-settings.md), and knows Kafka's alone. */
class LiveDefaultsTest {
    private static final Pattern ROW = Pattern.compile("^\\| `([a-z.0-9]+)` \\|", Pattern.MULTILINE);

    @Test
    void ofALiveSettingTheLauncherHasNoOtherDefaultThanKafka() throws IOException {
        var page = Files.readString(Path.of("../docs/broker-settings.md"));
        var live = ROW.matcher(page.substring(page.indexOf("## Settings that are live")))
                .results()
                .map((MatchResult row) -> row.group(1))
                .collect(Collectors.toSet());
        var ours = new HashMap<String, String>();
        ours.putAll(QueueLayerNeeds.kafkaProperties());
        ours.putAll(FastFailover.kafkaProperties());
        ours.putAll(DiskGuard.kafkaProperties());
        ours.keySet().retainAll(live);
        Map<String, Object> kafkas = AbstractKafkaConfig.CONFIG_DEF.defaultValues();

        assertThat(live).hasSizeGreaterThan(40);
        assertThat(ours).isNotEmpty().allSatisfy((name, value) -> assertThat(value)
                .isEqualTo(String.valueOf(kafkas.get(name))));
    }
}
