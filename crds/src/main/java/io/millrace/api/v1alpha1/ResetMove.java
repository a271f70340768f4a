package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The offset of one partition, before and after. */
@ApiType
public record ResetMove(
        @Size(max = 249) String topic,
        int partition,

        @Nullable @JsonPropertyDescription("Next record the group would read now.")
        Long from,

        @JsonPropertyDescription("Next record the group reads afterwards.")
        long to) {}
