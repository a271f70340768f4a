package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of the two Java virtual machines of a broker pod. */
@ApiType
public record Jvm(
        @Nullable @Size(max = 32) @JsonPropertyDescription("Options for container log, such as -Xmx1g.")
        List<@Size(min = 2, max = 256) String> log,

        @Nullable @Size(max = 32) @JsonPropertyDescription("Options for container queues.")
        List<@Size(min = 2, max = 256) String> queues) {}
