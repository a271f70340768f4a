package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator says about a queue. */
@ApiType
public record QueueStatus(
        @Nullable @JsonPropertyDescription("Generation of the spec this speaks about.")
        Long observedGeneration,

        @Nullable @Size(max = 8) List<Condition> conditions,

        @Nullable @Size(max = 255) @JsonPropertyDescription("Name in AMQP.")
        String queueName,

        @Nullable @JsonPropertyDescription("Messages that wait for a consumer.")
        Long ready,

        @Nullable @JsonPropertyDescription("Messages delivered and not yet settled.")
        Long unacked,

        @Nullable Integer consumers,

        @Nullable @Size(max = 63) @JsonPropertyDescription("Pod that serves the queue.")
        String owner,

        @Nullable
        @JsonPropertyDescription(
                "Whether the queue was made for this object, or was once as it says: only then it is changed, and goes with it.")
        Boolean adopted,

        @Nullable @JsonPropertyDescription("A change of the queue whose end has not come yet.")
        QueueMigration migration,

        @Nullable @Size(max = 64) @JsonPropertyDescription("Bindings made for this object.")
        List<Binding> bound,

        @Nullable @JsonPropertyDescription("How far spec.rewind is. Absent until there was one.")
        ResetStatus rewind) {}
