package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One condition as kstatus reads it. {@code lastTransitionTime} moves only when {@code status} moves. */
@ApiType
public record Condition(
        @Required @Size(max = 64) @JsonPropertyDescription("Ready, Degraded, Reconciling, Stalled, Rolling.")
        String type,

        @Required @Size(max = 16) @JsonPropertyDescription("True, False or Unknown.")
        String status,

        @Required @Size(max = 64) @JsonPropertyDescription("Stable CamelCase word; see docs/conditions.md.")
        String reason,

        @Nullable @Size(max = 4096) @JsonPropertyDescription("What is so, where, and what to do about it.")
        String message,

        @Nullable @JsonPropertyDescription("The generation of the object this was said about.")
        Long observedGeneration,

        @Required @Size(max = 40) @JsonPropertyDescription("When the status last changed (RFC 3339).")
        String lastTransitionTime) {}
