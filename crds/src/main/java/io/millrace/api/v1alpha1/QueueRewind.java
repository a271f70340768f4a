package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** Goes back in a queue, once. Whoever wants the same again gives another requestedAt. */
@ApiType
public record QueueRewind(
        @Required
        @Pattern("^(earliest|latest|offset:[0-9]{1,18}"
                + "|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2}))$")
        @JsonPropertyDescription("Where to: earliest, latest, a time (2026-01-31T12:00:00Z: messages from then on), or,"
                + " in a queue without priorities and shards, offset:42.")
        String to,

        @Required
        @Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$")
        @JsonPropertyDescription("When this was asked for; not done before, and another time makes it another request.")
        String requestedAt,

        @Nullable
        @Min(1)
        @Max(604800)
        @JsonPropertyDescription("Seconds from requestedAt after which it is not done any more (default: 3600).")
        Integer deadlineSeconds) {}
