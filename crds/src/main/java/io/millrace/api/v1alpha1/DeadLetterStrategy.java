package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a dead letter is promised when the pod that sends it is lost. */
public enum DeadLetterStrategy {
    /** It is in its dead-letter queues once, or now and then twice. */
    @JsonProperty("at-least-once")
    AT_LEAST_ONCE("at-least-once"),
    /** It is there once: it leaves its queue and reaches the others in one transaction. */
    @JsonProperty("exactly-once")
    EXACTLY_ONCE("exactly-once");

    private final String argument;

    DeadLetterStrategy(String argument) {
        this.argument = argument;
    }

    /** Its name in argument {@code x-dead-letter-strategy}. */
    public String argument() {
        return argument;
    }
}
