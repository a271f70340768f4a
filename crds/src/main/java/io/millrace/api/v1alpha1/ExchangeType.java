package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How an exchange routes. */
public enum ExchangeType {
    @JsonProperty("direct")
    DIRECT,
    @JsonProperty("topic")
    TOPIC,
    @JsonProperty("fanout")
    FANOUT,
    /** Holds messages with an x-delay until that is over, then routes as its argument x-delayed-type says. */
    @JsonProperty("x-delayed-message")
    X_DELAYED_MESSAGE
}
