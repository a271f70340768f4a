package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How an exchange routes. */
public enum ExchangeType {
    @JsonProperty("direct")
    DIRECT,
    @JsonProperty("topic")
    TOPIC,
    @JsonProperty("fanout")
    FANOUT
}
