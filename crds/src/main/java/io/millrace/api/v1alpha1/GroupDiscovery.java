package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which live groups get a ConsumerGroup object by themselves. */
@ApiType
public record GroupDiscovery(
        @Nullable
        @Size(max = 32)
        @JsonPropertyDescription("Regular expressions of group ids to show (RE2; absent: all).")
        List<@Size(min = 1, max = 255) String> include,

        @Nullable @Size(max = 32) @JsonPropertyDescription("Regular expressions of group ids to leave out.")
        List<@Size(min = 1, max = 255) String> exclude,

        @Nullable @Min(1) @Max(10000) @JsonPropertyDescription("Most objects to make (default 1000).")
        Integer max) {}
