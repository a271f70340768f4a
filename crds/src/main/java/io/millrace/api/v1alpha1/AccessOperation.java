package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an access entry allows. */
public enum AccessOperation {
    @JsonProperty("read")
    READ,
    @JsonProperty("write")
    WRITE,
    @JsonProperty("create")
    CREATE,
    @JsonProperty("delete")
    DELETE,
    @JsonProperty("alter")
    ALTER,
    @JsonProperty("describe")
    DESCRIBE,
    @JsonProperty("configure")
    CONFIGURE,
    @JsonProperty("monitor")
    MONITOR,
    @JsonProperty("administer")
    ADMINISTER
}
