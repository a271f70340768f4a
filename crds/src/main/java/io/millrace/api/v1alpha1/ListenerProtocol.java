package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a listener speaks. */
public enum ListenerProtocol {
    @JsonProperty("kafka")
    KAFKA,
    @JsonProperty("amqp")
    AMQP,
    @JsonProperty("management")
    MANAGEMENT
}
