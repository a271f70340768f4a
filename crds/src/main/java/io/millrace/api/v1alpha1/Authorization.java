package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who may do what over the Kafka protocol. */
public enum Authorization {
    @JsonProperty("none")
    NONE,
    @JsonProperty("simple")
    SIMPLE
}
