package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** What a level of one of Kafka's features (KIP-584) is to become. */
@ApiType
public record FeatureChange(
        @Required @Size(max = 64) @JsonPropertyDescription("Kafka's name of the feature, such as metadata.version.")
        String name,

        @JsonPropertyDescription("The level that is final now; 0: it is off.")
        int from,

        @JsonPropertyDescription("The level it is to have.") int to) {}
