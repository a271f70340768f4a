package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Names the BrokerCluster an object lives on. */
@ApiType
public record ClusterRef(
        @Required @Size(min = 1, max = 40) @JsonPropertyDescription("Name of the BrokerCluster.")
        String name,

        @Nullable
        @Size(min = 1, max = 63)
        @JsonPropertyDescription("Its namespace, if another; that BrokerCluster must list ours in allowedNamespaces.")
        String namespace) {}
