package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Controllers in pods of their own. */
@ApiType
@ValidationRule(
        value = "self.replicas in [1, 3, 5]",
        message = "controllers.replicas is 1, 3 or 5: an even number bears no more losses than the odd one below it")
public record Controllers(
        @Required
        @JsonPropertyDescription(
                "Number of controllers: 1 (no redundancy), 3 (one may be away) or 5 (two may). It can be changed.")
        int replicas,

        @Required
        @JsonPropertyDescription("The disk of each controller; it goes or stays as spec.storage.onDelete says.")
        ControllerStorage storage,

        @Nullable
        @JsonPropertyDescription("What its container asks of its node. Without it 100m and 640Mi are requested.")
        ContainerResources resources,

        @Nullable @Size(max = 32) @JsonPropertyDescription("Java options of its container, such as -Xmx1g.")
        List<@Size(min = 2, max = 256) String> jvm) {}
