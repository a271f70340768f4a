package io.millrace.operator.upgrade;

import io.millrace.operator.intent.FeatureLevels;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What is known of versions and feature levels, at one moment. */
public final class UpgradeScenes {

    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private UpgradeScenes() {}

    /** Nothing is. */
    public static UpgradeFacts nothingKnown() {
        return new UpgradeFacts(
                NOON,
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** All brokers run 4.3.1, and the levels of a metadata.version are final. */
    public static UpgradeFacts levels(String metadataVersion) {
        return new UpgradeFacts(
                NOON,
                Optional.of("broker:1"),
                Set.of("broker:1"),
                FeatureLevels.of(metadataVersion).map(FeatureLevels::levels),
                Optional.empty(),
                Optional.empty(),
                Optional.of(metadataVersion));
    }
}
