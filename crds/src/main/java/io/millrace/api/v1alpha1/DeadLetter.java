package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Where rejected and expired messages go. */
@ApiType
public record DeadLetter(
        @Required
        @Size(max = 255)
        @JsonPropertyDescription("Exchange they are published to (empty: the default exchange).")
        String exchange,

        @Nullable @Size(max = 255) @JsonPropertyDescription("Their routing key (default: the one they came with).")
        String routingKey,

        @Nullable
        @JsonPropertyDescription(
                "at-least-once (the default), or exactly-once: the message leaves its queue and reaches"
                        + " the others in one transaction of the log, which takes some 20 ms more.")
        DeadLetterStrategy strategy) {}
