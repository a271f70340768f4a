package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a user says who it is. */
public enum UserAuthentication {
    @JsonProperty("scram")
    SCRAM,
    @JsonProperty("tls")
    TLS
}
