package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far a rolling restart is. Absent when none runs. */
@ApiType
public record RollingStatus(
        @Nullable @Size(max = 256) @JsonPropertyDescription("Why brokers restart.")
        String reason,

        @Nullable @JsonPropertyDescription("How many batches have begun.")
        Integer batch,

        @JsonPropertyDescription("Brokers that run what is asked and are ready.")
        int done,

        @JsonPropertyDescription("All brokers.") int total,

        @Nullable @Size(max = 8) @JsonPropertyDescription("done/total.")
        String progress,

        @Nullable @Size(max = 100) @JsonPropertyDescription("Pods being restarted now.")
        List<@Size(max = 63) String> current,

        @Nullable @Size(max = 1024) @JsonPropertyDescription("What the next restart waits for.")
        String blockedBy) {}
