package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A binding, written at its destination: who consumes, decides. */
@ApiType
public record Binding(
        @Required @Size(min = 1, max = 255) @JsonPropertyDescription("Source exchange, in the same virtual host.")
        String exchange,

        @Nullable @Size(max = 255) @JsonPropertyDescription("Routing key or topic pattern (default: empty).")
        String routingKey,

        @Nullable @Size(max = 32) @JsonPropertyDescription("Binding arguments.")
        Map<String, IntOrString> arguments) {}
