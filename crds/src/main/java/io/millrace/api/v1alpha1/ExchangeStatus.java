package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator says about an exchange. */
@ApiType
public record ExchangeStatus(
        @Nullable @JsonPropertyDescription("Generation of the spec this speaks about.")
        Long observedGeneration,

        @Nullable @Size(max = 8) List<Condition> conditions,

        @Nullable @Size(max = 255) @JsonPropertyDescription("Name in AMQP.")
        String exchangeName,

        @Nullable @JsonPropertyDescription("Bindings that leave this exchange.")
        Integer bindings,

        @Nullable
        @JsonPropertyDescription(
                "Whether the exchange was made for this object, or was once as it says: only then it goes with it.")
        Boolean adopted,

        @Nullable @Size(max = 64) @JsonPropertyDescription("Bindings made for this object.")
        List<Binding> bound) {}
