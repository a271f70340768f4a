package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an access entry speaks about. */
public enum AccessResource {
    @JsonProperty("topic")
    TOPIC,
    @JsonProperty("group")
    GROUP,
    @JsonProperty("transactionalId")
    TRANSACTIONAL_ID,
    @JsonProperty("cluster")
    CLUSTER,
    @JsonProperty("queue")
    QUEUE,
    @JsonProperty("exchange")
    EXCHANGE
}
