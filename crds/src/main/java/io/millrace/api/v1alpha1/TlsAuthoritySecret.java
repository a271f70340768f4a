package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Names a Secret with a CA, in the object's own namespace. */
@ApiType
public record TlsAuthoritySecret(
        @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Name of the Secret.")
        String name) {}
