package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** How a queue keeps messages out that were published before. */
@ApiType
public record Deduplication(
        @Nullable
        @Default("5m")
        @Size(max = 20)
        @Pattern("^[1-9][0-9]*(ms|s|m|h|d)$")
        @JsonPropertyDescription("For how long a message keeps others with the same message-id out.")
        String window) {}
