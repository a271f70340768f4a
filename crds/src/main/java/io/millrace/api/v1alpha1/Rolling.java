package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** How brokers are restarted when something needs it. */
@ApiType
public record Rolling(
        @Nullable
        @JsonPropertyDescription(
                "Consent to make partitions unavailable (default: Never; SingleReplica when replicas is 1).")
        AllowUnavailable allowUnavailable,

        @Nullable
        @Size(max = 64)
        @JsonPropertyDescription("Any new value (a time, by custom) restarts every broker once.")
        String restartAt) {}
