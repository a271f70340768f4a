package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one container asks of its node. */
@ApiType
public record ContainerResources(
        @Nullable @Size(max = 8) @JsonPropertyDescription("Guaranteed amounts, such as cpu: 500m, memory: 1Gi.")
        Map<String, Quantity> requests,

        @Nullable @Size(max = 8) @JsonPropertyDescription("Upper bounds.")
        Map<String, Quantity> limits) {}
