package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** How far a queue is that was changed while it lived: it does what its object says, and still holds messages from before. */
@ApiType
public record QueueMigration(
        @Nullable
        @JsonPropertyDescription(
                "Switching until every pod publishes to the new log, then Draining until consumers have settled all that lies in former ones.")
        MigrationState state,

        @Nullable @JsonPropertyDescription("Messages ready in former logs.")
        Long messagesLeft) {}
