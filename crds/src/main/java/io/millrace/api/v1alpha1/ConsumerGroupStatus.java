package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator says about a consumer group. */
@ApiType
public record ConsumerGroupStatus(
        @Nullable @JsonPropertyDescription("Generation of the spec this speaks about.")
        Long observedGeneration,

        @Nullable @Size(max = 8) List<Condition> conditions,

        @Nullable
        @Size(max = 32)
        @JsonPropertyDescription(
                "Stable, Empty, PreparingRebalance, ..., or Stale: what is below is what was last known.")
        String state,

        @Nullable @Size(max = 16) @JsonPropertyDescription("classic, consumer, share or streams.")
        String protocol,

        @Nullable @JsonPropertyDescription("Node id of the coordinator.")
        Integer coordinator,

        @Nullable @JsonPropertyDescription("Live members.") Integer members,

        @Nullable @Size(max = 1000) @JsonPropertyDescription("Topics the group has offsets for.")
        List<@Size(max = 249) String> topics,

        @Nullable @JsonPropertyDescription("Records behind, all partitions together.")
        Long lag,

        @Nullable @JsonPropertyDescription("Age of the oldest record not yet read, in seconds.")
        Long lagSeconds,

        @Nullable @Size(max = 16) @JsonPropertyDescription("LagSeconds for people, such as 3m20s.")
        String lagTime,

        @Nullable @Size(max = 16) @JsonPropertyDescription("Rising, Falling or Steady.")
        String trend,

        @Nullable @JsonPropertyDescription("Records behind in the worst partition.")
        Long maxPartitionLag,

        @Nullable @Size(max = 100) @JsonPropertyDescription("The worst partitions, at most 100.")
        List<PartitionLag> partitions,

        @Nullable
        @Size(max = 40)
        @JsonPropertyDescription("When the figures were measured, if that is long ago; absent: they are fresh.")
        String staleSince,

        @Nullable @JsonPropertyDescription("How far spec.reset is. Absent until there was one.")
        ResetStatus reset) {}
