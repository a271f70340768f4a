package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the name of an access entry is read. */
public enum AccessMatch {
    @JsonProperty("literal")
    LITERAL,
    @JsonProperty("prefix")
    PREFIX,
    @JsonProperty("regex")
    REGEX
}
