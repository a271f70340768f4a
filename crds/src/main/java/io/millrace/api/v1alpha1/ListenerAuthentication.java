package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How clients of a listener say who they are. */
public enum ListenerAuthentication {
    @JsonProperty("none")
    NONE,
    @JsonProperty("scram")
    SCRAM,
    @JsonProperty("tls")
    TLS
}
