package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** RabbitMQ's type of a queue: what its semantics follow. */
public enum QueueType {
    @JsonProperty("quorum")
    QUORUM,
    @JsonProperty("classic")
    CLASSIC,
    @JsonProperty("stream")
    STREAM
}
