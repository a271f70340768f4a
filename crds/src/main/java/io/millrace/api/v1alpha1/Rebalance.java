package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import org.jspecify.annotations.Nullable;

/** How partitions are moved when brokers come, go or are cordoned. */
@ApiType
public record Rebalance(
        @Nullable
        @JsonPropertyDescription(
                "Auto (default): plans are carried out; Approve: each waits for its hash; Off: nothing is moved.")
        RebalanceMode mode,

        @Nullable
        @Min(65536)
        @JsonPropertyDescription(
                "Most bytes per second that moves copy onto, and off, each broker (default: 52428800, 50 MiB).")
        Long throttleBytesPerSec,

        @Nullable
        @Pattern("^[0-9a-f]{12}$")
        @JsonPropertyDescription("Hash of the plan that may be carried out (status.rebalance.planHash).")
        String approve) {}
