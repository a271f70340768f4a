package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The last rebalance. Absent until there was one. */
@ApiType
public record RebalanceStatus(
        @JsonPropertyDescription("How far it is.") RebalanceState state,

        @JsonPropertyDescription("What it is for.") RebalancePurpose purpose,

        @Nullable @Size(max = 12) @JsonPropertyDescription("Stands for the plan: what spec.rebalance.approve names.")
        String planHash,

        @JsonPropertyDescription("Partitions whose replicas change.")
        int moves,

        @JsonPropertyDescription("Bytes to be copied.") long bytes,

        @JsonPropertyDescription("Bytes copied so far.") long movedBytes,

        @Nullable @JsonPropertyDescription("Seconds that the rest takes at the throttle's rate.")
        Long etaSeconds) {}
