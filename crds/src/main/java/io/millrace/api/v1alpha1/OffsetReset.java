package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Moves the offsets of a group, once. Whoever wants the same again gives another requestedAt. */
@ApiType
public record OffsetReset(
        @Required
        @Pattern("^(earliest|latest|offset:[0-9]{1,18}|shift:[+-]?[0-9]{1,18}"
                + "|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2}))$")
        @JsonPropertyDescription(
                "Where to: earliest, latest, a time (2026-01-31T12:00:00Z: the first record from then"
                        + " on), offset:42, or shift:-100 (records back or ahead). What lies outside of a log is its nearest end.")
        String to,

        @Nullable
        @Size(min = 1, max = 1000)
        @JsonPropertyDescription("Topics (default: all the group has offsets for).")
        List<@Size(min = 1, max = 249) String> topics,

        @Nullable
        @JsonPropertyDescription("GroupEmpty (default): as soon as the group has no members;"
                + " Never: only shows in status.reset what it would do.")
        ResetWhen when,

        @Required
        @Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$")
        @JsonPropertyDescription("When this was asked for; not done before, and another time makes it another request.")
        String requestedAt,

        @Nullable
        @Min(1)
        @Max(604800)
        @JsonPropertyDescription("Seconds from requestedAt after which it is not done any more (default: 3600).")
        Integer deadlineSeconds) {}
