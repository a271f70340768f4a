package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator says about a cluster. */
@ApiType
public record BrokerClusterStatus(
        @Nullable @JsonPropertyDescription("Generation of the spec this speaks about.")
        Long observedGeneration,

        @Nullable @Size(max = 12) List<Condition> conditions,

        @Nullable @JsonPropertyDescription("Brokers that run.")
        Integer replicas,

        @Nullable @Size(max = 256) @JsonPropertyDescription("Label selector of the broker pods.")
        String selector,

        @Nullable @Size(max = 8) @JsonPropertyDescription("Ready brokers of all, such as 3/3.")
        String ready,

        @Nullable @Size(max = 32) @JsonPropertyDescription("The one word that says it: reason of condition Ready.")
        String state,

        @Nullable
        @Size(max = 20)
        @JsonPropertyDescription("Version all brokers run; while it is being changed, the former.")
        String version,

        @Nullable
        @Size(max = 20)
        @JsonPropertyDescription(
                "Kafka's metadata.version that is final: no version that does not know it can be run any more.")
        String metadataVersion,

        @Nullable @Size(max = 32) @JsonPropertyDescription("Kafka cluster id.")
        String clusterId,

        @Nullable @Size(max = 105) List<NodeStatus> nodes,
        @Nullable @Size(max = 8) List<ListenerStatus> listeners,
        @Nullable RollingStatus rolling,
        @Nullable RebalanceStatus rebalance,
        @Nullable UpgradeStatus upgrade,
        @Nullable ConfigStatus config) {}
