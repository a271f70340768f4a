package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.v1alpha1.FeatureChange;
import io.millrace.operator.client.FeatureAdmin;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaNodes;
import io.millrace.operator.intent.FeatureLevels;
import io.millrace.operator.intent.UpgradeIntent;
import io.millrace.operator.status.FailureException;
import io.millrace.operator.upgrade.UpgradePlanner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.server.common.MetadataVersion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Feature levels of a real node of 4.3 whose disk was formatted by a Kafka of long ago. */
class FeatureAdminIT {

    private static final MetadataVersion OLD = MetadataVersion.IBP_4_0_IV3;
    private static final UpgradeIntent WISH =
            new UpgradeIntent(FeatureLevels.ofRelease("4.3.1"), Optional.empty(), Duration.ZERO);

    @TempDir
    private static Path folder;

    private static KafkaNodes nodes;

    @BeforeAll
    static void start() throws Exception {
        nodes = new KafkaNodes(folder, OLD);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void levelsAreForeseenMadeFinalAndNotTakenBack() {
        assertThat(levels()).containsAllEntriesOf(known(OLD.version())).containsEntry("kraft.version", 1);
        var changes = UpgradePlanner.changes(WISH, levels());
        assertThat(changes)
                .extracting(FeatureChange::name)
                .containsExactly(
                        "eligible.leader.replicas.version", "metadata.version", "share.version", "streams.version");

        assertThat(features().refusal(changes)).isEmpty();
        assertThat(levels()).as("asking changes nothing").containsAllEntriesOf(known(OLD.version()));

        features().finalise(changes);

        Harness.await()
                .until(() -> levels().entrySet().containsAll(known("4.3-IV0").entrySet()));
        assertThat(UpgradePlanner.changes(WISH, levels())).isEmpty();
        features().finalise(changes);

        var back = List.of(new FeatureChange("metadata.version", 30, 29));
        assertThat(features().refusal(back)).get().asString().contains("Refusing to perform the requested downgrade");
        assertThatThrownBy(() -> features().finalise(back)).isInstanceOf(FailureException.class);
        assertThat(features().refusal(List.of(new FeatureChange("metadata.version", 30, 99))))
                .isPresent();
    }

    private static FeatureAdmin features() {
        return nodes.operator().features();
    }

    private static Map<String, Integer> levels() {
        return features().levels();
    }

    private static Map<String, Integer> known(String metadataVersion) {
        return FeatureLevels.of(metadataVersion).orElseThrow().levels();
    }
}
