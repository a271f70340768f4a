package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** Resources of the two containers of a broker pod. */
@ApiType
public record Resources(
        @Nullable @JsonPropertyDescription("Container log: Apache Kafka.")
        ContainerResources log,

        @Nullable @JsonPropertyDescription("Container queues: the queue layer.")
        ContainerResources queues) {}
