package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What gives way when a queue is at its limit (RabbitMQ, Queue Length Limit). */
public enum Overflow {
    @JsonProperty("drop-head")
    DROP_HEAD("drop-head"),
    @JsonProperty("reject-publish")
    REJECT_PUBLISH("reject-publish"),
    @JsonProperty("reject-publish-dlx")
    REJECT_PUBLISH_DLX("reject-publish-dlx");

    private final String argument;

    Overflow(String argument) {
        this.argument = argument;
    }

    /** Its name in argument {@code x-overflow}. */
    public String argument() {
        return argument;
    }
}
