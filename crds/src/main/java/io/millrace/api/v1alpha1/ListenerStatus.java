package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Where a listener can be reached. */
@ApiType
public record ListenerStatus(
        @Size(max = 12) @JsonPropertyDescription("Name of the listener.")
        String name,

        @Nullable @Size(max = 1024) @JsonPropertyDescription("host:port inside Kubernetes.")
        String bootstrap,

        @Nullable
        @Size(max = 1024)
        @JsonPropertyDescription("host:port for clients outside, for types nodeport and loadbalancer.")
        String external,

        @Nullable @JsonPropertyDescription("Whether clients speak TLS.")
        Boolean tls,

        @Nullable
        @Size(max = 253)
        @JsonPropertyDescription("Secret with the certificate (ca.crt) that clients trust, where they speak TLS.")
        String caSecret) {}
