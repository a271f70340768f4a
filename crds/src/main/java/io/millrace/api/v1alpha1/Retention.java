package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** How long, and how much, is kept. */
@ApiType
public record Retention(
        @Nullable
        @Size(max = 20)
        @Pattern("^(forever|[1-9][0-9]*(ms|s|m|h|d))$")
        @JsonPropertyDescription("Age after which records go: 500ms, 30s, 15m, 12h, 7d, or forever.")
        String time,

        @Nullable
        @Size(max = 20)
        @Pattern("^(unlimited|[1-9][0-9]*(Ki|Mi|Gi|Ti)?)$")
        @JsonPropertyDescription("Size of a partition above which its oldest records go: 512Mi, 10Gi, or unlimited.")
        String bytes) {}
