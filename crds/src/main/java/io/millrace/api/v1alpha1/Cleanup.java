package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to old records. */
public enum Cleanup {
    @JsonProperty("delete")
    DELETE,
    @JsonProperty("compact")
    COMPACT,
    @JsonProperty("both")
    BOTH
}
