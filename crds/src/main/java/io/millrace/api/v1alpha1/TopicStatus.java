package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator says about a topic. */
@ApiType
public record TopicStatus(
        @Nullable @JsonPropertyDescription("Generation of the spec this speaks about.")
        Long observedGeneration,

        @Nullable @Size(max = 8) List<Condition> conditions,

        @Nullable @Size(max = 249) @JsonPropertyDescription("Name in Kafka.")
        String topicName,

        @Nullable @Size(max = 32) @JsonPropertyDescription("Kafka's id of the topic.")
        String topicId,

        @Nullable Integer partitions,

        @Nullable @JsonPropertyDescription("Replicas per partition.")
        Integer replicas,

        @Nullable @JsonPropertyDescription("Partitions with a replica out of sync.")
        Integer underReplicated,

        @Nullable
        @JsonPropertyDescription(
                "Whether the topic was made for this object, or was once as it says: only then it goes with it.")
        Boolean adopted,

        @Nullable @Size(max = 64) @JsonPropertyDescription("Bindings made for this object.")
        List<Binding> bound) {}
