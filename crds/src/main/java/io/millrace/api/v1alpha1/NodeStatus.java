package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One broker, or dedicated controller, as it is. */
@ApiType
public record NodeStatus(
        @JsonPropertyDescription("Node id.") int id,

        @Nullable @Size(max = 63) @JsonPropertyDescription("Its pod.")
        String pod,

        @Nullable @Size(max = 2) @JsonPropertyDescription("broker, controller.")
        List<@Size(max = 16) String> roles,

        @Nullable @Size(max = 32) @JsonPropertyDescription("Missing, Starting, Running, Restarting or Leaving.")
        String state,

        @Nullable @Size(max = 63) @JsonPropertyDescription("Its rack, as the broker says it; absent if it has none.")
        String rack,

        @Nullable
        @Size(max = 32)
        @JsonPropertyDescription("Size of its disk as it is now, such as 10Gi; absent until there is one.")
        String disk) {}
