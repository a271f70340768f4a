package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Lag of one partition. */
@ApiType
public record PartitionLag(
        @Size(max = 249) String topic,
        int partition,

        @Nullable @JsonPropertyDescription("Next record the group will read.")
        Long committed,

        @JsonPropertyDescription("End of the log.") long end,
        @JsonPropertyDescription("Records behind.") long lag) {}
