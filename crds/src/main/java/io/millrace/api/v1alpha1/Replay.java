package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** What a queue keeps after it is settled. */
@ApiType
public record Replay(
        @Required
        @Size(max = 20)
        @Pattern("^(forever|[1-9][0-9]*(ms|s|m|h|d))$")
        @JsonPropertyDescription("How long a settled message can be gone back to: 7d, or forever.")
        String retention) {
    /** Instead of a time. */
    public static final String FOREVER = "forever";
}
