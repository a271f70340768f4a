package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operator.client.SettingAdmin;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaServer;
import io.millrace.operator.intent.LiveSettings;
import io.millrace.operator.settings.ConfigFacts;
import io.millrace.operator.settings.LiveChange;
import io.millrace.operator.settings.SettingsDecision;
import io.millrace.operator.settings.SettingsPlanner;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Settings of a real node that runs, as the planner decides about them. */
class SettingAdminIT {

    private final SettingAdmin admin = KafkaServer.shared().admin().settings();

    @AfterEach
    void nothingIsLeft() {
        apply(Map.of());
    }

    @Test
    void aSettingIsToldAndTakenBack() {
        apply(Map.of(
                "log.retention.bytes", "100", "log.retention.ms", "2000", "log.cleaner.io.buffer.load.factor", "0.80"));
        assertThat(admin.told().orElseThrow())
                .containsEntry("/log.retention.bytes", "100")
                .containsEntry("/log.cleaner.io.buffer.load.factor", "0.80");

        apply(Map.of("log.retention.bytes", "100"));
        assertThat(admin.told().orElseThrow())
                .containsEntry("/log.retention.bytes", "100")
                .doesNotContainKeys("/log.retention.ms", "/log.cleaner.io.buffer.load.factor");
    }

    @Test
    void threadsAreManyInTheEnd() {
        apply(Map.of("num.io.threads", "40"));

        assertThat(admin.told().orElseThrow()).containsEntry("/num.io.threads", "40");
    }

    @Test
    void whatOthersSetIsTakenBackAndTheClustersMinIsrIsNot() {
        var before = admin.told().orElseThrow();
        admin.alter(new LiveChange(Map.of("compression.type", "zstd"), Set.of(), Map.of()));
        Harness.await().until(() -> !admin.told().orElseThrow().equals(before));

        apply(Map.of());

        assertThat(admin.told().orElseThrow()).isEqualTo(before);
    }

    @Test
    void aRefusalNamesTheSettingInKafkasWordsAndNoOther() {
        var refusals = admin.refusals(new LiveChange(
                Map.of("num.io.threads", "many", "log.retention.bytes", "100", "log.cleanup.policy", "burn"),
                Set.of("log.roll.ms"),
                Map.of()));

        assertThat(refusals).containsOnlyKeys("num.io.threads", "log.cleanup.policy");
        assertThat(refusals.get("num.io.threads")).contains("many", "num.io.threads");
        assertThat(decide(Map.of()).due().isEmpty())
                .as("asking changes nothing")
                .isTrue();
    }

    @Test
    void valuesThatContradictEachOtherAreRefusedTogether() {
        var change = new LiveChange(
                Map.of("log.retention.bytes", "100", "log.local.retention.bytes", "200"), Set.of(), Map.of());

        assertThat(admin.refusals(change)).containsKey("log.local.retention.bytes");
    }

    /** Decides and does until there is nothing to do. */
    private void apply(Map<String, String> config) {
        Harness.await().until(() -> {
            var due = decide(config).due();
            if (!due.isEmpty()) {
                admin.alter(due);
            }
            return due.isEmpty();
        });
    }

    private SettingsDecision decide(Map<String, String> config) {
        var found = admin.read(Set.of(0), LiveSettings.managed(config.keySet()));
        return SettingsPlanner.decide(config, ConfigFacts.nothing().ofBrokers(found.orElseThrow(), true, Map.of()));
    }
}
