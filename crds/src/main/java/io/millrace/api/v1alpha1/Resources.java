package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** Resources of the two containers of a broker pod. */
@ApiType
public record Resources(
        @Nullable @JsonPropertyDescription("Container log: Apache Kafka. Without it 200m and 768Mi are requested.")
        ContainerResources log,

        @Nullable
        @JsonPropertyDescription("Container queues: the queue layer. Without it 100m and 640Mi are requested.")
        ContainerResources queues) {}
