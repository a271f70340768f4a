package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far the reset of a group is, or the rewind of a queue, and what it does. */
@ApiType
public record ResetStatus(
        @Size(max = 12) @JsonPropertyDescription("Stands for the content of what was asked for.")
        String hash,

        @JsonPropertyDescription("How far it is.") ResetState state,

        @Nullable @Size(max = 1024) @JsonPropertyDescription("What it waits for, or what was done.")
        String message,

        @Nullable @Size(max = 40) @JsonPropertyDescription("When it came to an end.")
        String time,

        @Nullable @JsonPropertyDescription("Records that the group reads again.")
        Long again,

        @Nullable @JsonPropertyDescription("Records that the group does not read.")
        Long skipped,

        @Nullable
        @Size(max = 100)
        @JsonPropertyDescription("Partitions whose offset moves, at most 100, those that move most first.")
        List<ResetMove> moves) {}
