package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Names a Secret in the object's own namespace. */
@ApiType
public record SecretRef(
        @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Name of the Secret; its key password is read.")
        String name) {}
