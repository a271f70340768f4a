package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** From where a listener can be reached. */
public enum ListenerType {
    @JsonProperty("internal")
    INTERNAL,
    @JsonProperty("nodeport")
    NODEPORT,
    @JsonProperty("loadbalancer")
    LOADBALANCER
}
