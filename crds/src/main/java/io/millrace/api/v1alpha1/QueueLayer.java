package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The queue layer: AMQP 0-9-1 on the same log. */
@ApiType
public record QueueLayer(
        @Nullable @Default("true") @JsonPropertyDescription("Whether the cluster speaks AMQP.")
        Boolean enabled,

        @Nullable @Size(max = 64) @JsonPropertyDescription("Settings of the queue layer (docs/configuration.md).")
        Map<String, @Size(max = 1024) String> config) {}
