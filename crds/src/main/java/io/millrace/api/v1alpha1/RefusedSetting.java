package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A setting whose value Kafka refuses. */
@ApiType
public record RefusedSetting(
        @Required @Size(max = 1024) @JsonPropertyDescription("Kafka's name of the setting.")
        String name,

        @Nullable @Size(max = 1024) @JsonPropertyDescription("The value that is refused; absent: its default.")
        String value,

        @Required @Size(max = 1024) @JsonPropertyDescription("Why, in Kafka's words.")
        String message) {}
