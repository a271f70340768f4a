package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** When lag is worth a condition. */
@ApiType
public record LagThresholds(
        @Nullable @Min(1) @JsonPropertyDescription("Records behind that make the group Degraded.")
        Long warn,

        @Nullable @Min(1) @JsonPropertyDescription("Records behind that make the group not Ready.")
        Long critical,

        @Nullable @Min(1) @JsonPropertyDescription("Seconds behind that make the group Degraded.")
        Long warnSeconds,

        @Nullable @Min(1) @JsonPropertyDescription("Seconds behind that make the group not Ready.")
        Long criticalSeconds) {}
