package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator says about a user. */
@ApiType
public record UserStatus(
        @Nullable @JsonPropertyDescription("Generation of the spec this speaks about.")
        Long observedGeneration,

        @Nullable @Size(max = 8) List<Condition> conditions,

        @Nullable @Size(max = 253) @JsonPropertyDescription("User name, on both protocols.")
        String username,

        @Nullable @Size(max = 253) @JsonPropertyDescription("Secret that holds the password, or certificate and key.")
        String secret,

        @Nullable @Size(max = 128) @JsonPropertyDescription("Fingerprint of what was last set in the cluster.")
        String applied) {}
