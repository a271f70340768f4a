package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Feature levels that are to be made final: what, when, and what it waits for. Absent when all are as they should be. */
@ApiType
public record UpgradeStatus(
        @Required @JsonPropertyDescription("How far it is.") UpgradeState state,

        @Required @Size(max = 20) @JsonPropertyDescription("Version that brokers are to run.")
        String version,

        @Required @Size(max = 20) @JsonPropertyDescription("Kafka's metadata.version that is to be made final.")
        String metadataVersion,

        @Nullable @Size(max = 32) @JsonPropertyDescription("Every feature whose level is to change.")
        List<FeatureChange> features,

        @Nullable
        @Size(max = 40)
        @JsonPropertyDescription("Since when all brokers have run the version and been well (RFC 3339).")
        String wellSince,

        @Nullable
        @Size(max = 40)
        @JsonPropertyDescription("When the levels are made final, if all stays well (RFC 3339).")
        String finaliseAt,

        @Nullable @Size(max = 1024) @JsonPropertyDescription("What it waits for, or why it cannot be done.")
        String message) {}
