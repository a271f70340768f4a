package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** How brokers are restarted when something needs it. */
@ApiType
public record Rolling(
        @Nullable
        @Min(1)
        @Max(100)
        @JsonPropertyDescription("Brokers restarted at the same time at most (default: a third of them, at least 1)."
                + " How many it really is depends on where replicas lie.")
        Integer maxUnavailable,

        @Nullable
        @JsonPropertyDescription(
                "Consent to make partitions unavailable that have no more replicas than min.insync.replicas:"
                        + " Never, SingleReplica or Always (default: Never; SingleReplica when replicas is 1).")
        AllowUnavailable allowUnavailable,

        @Nullable
        @JsonPropertyDescription(
                "Whether a broker waits until every replica of its partitions is in sync (default: true)."
                        + " false: until min.insync.replicas of them are without it.")
        Boolean requireFullIsr,

        @Nullable
        @Size(max = 64)
        @JsonPropertyDescription(
                "Any new value (a time, by custom) restarts every broker once; taking it back does nothing.")
        String restartAt) {}
