package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings that are not in force yet: what becomes of them, before anything restarts. Absent when all are. */
@ApiType
public record ConfigStatus(
        @Nullable
        @Size(max = 100)
        @JsonPropertyDescription("Settings that change in running brokers, without a restart.")
        List<@Size(max = 1024) String> dynamic,

        @Nullable @Size(max = 100) @JsonPropertyDescription("Settings that change when brokers are restarted.")
        List<@Size(max = 1024) String> needsRoll,

        @Nullable
        @Size(max = 100)
        @JsonPropertyDescription("Settings whose values Kafka refuses; the values before are in force.")
        List<RefusedSetting> refused) {}
