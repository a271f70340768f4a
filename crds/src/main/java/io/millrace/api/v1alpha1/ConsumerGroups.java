package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** How consumer groups of the cluster are watched. */
@ApiType
public record ConsumerGroups(
        @Nullable @JsonPropertyDescription("Makes a ConsumerGroup object per live group (absent: off).")
        GroupDiscovery discover,

        @Nullable @Default("5") @Min(1) @Max(3600) @JsonPropertyDescription("Seconds between two looks at all offsets.")
        Integer pollSeconds) {}
