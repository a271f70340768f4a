package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.FeatureLevels;
import java.util.Map;
import java.util.Optional;

/** ConfigMap {@code <cluster>-quorum}: who the cluster is. Kept as long as the disks are. */
public final class QuorumConfigMap {

    private static final String CLUSTER_ID = "cluster.id";
    private static final String CONTROLLERS = "initial.controllers";
    private static final String BORN = "born";

    private QuorumConfigMap() {}

    /** Returns its name. */
    public static String name(String cluster) {
        return cluster + "-quorum";
    }

    /** Makes it. */
    public static ConfigMap of(BrokerClusterIntent intent, Identity identity, OwnerReference owner) {
        return new ConfigMapBuilder()
                .withMetadata(Names.keptWithDisks(intent, name(intent.name()), owner))
                .addToData(CLUSTER_ID, identity.clusterId())
                .addToData(CONTROLLERS, identity.initialControllers(intent::host))
                .addToData(BORN, Boolean.toString(identity.born()))
                .addToData(founding(intent))
                .build();
    }

    /** Read when a cluster is founded, and never again: later levels are changed in the brokers. */
    private static Map<String, String> founding(BrokerClusterIntent intent) {
        return intent.upgrade()
                .asked()
                .map(levels -> Map.of(FeatureLevels.METADATA, levels.metadataVersion()))
                .orElse(Map.of());
    }

    /** Reads it back; empty if it holds no identity. */
    public static Optional<Identity> read(ConfigMap map) {
        var data = map.getData();
        if (data == null || !data.containsKey(CLUSTER_ID) || !data.containsKey(CONTROLLERS)) {
            return Optional.empty();
        }
        return Optional.of(Identity.parse(
                data.getOrDefault(CLUSTER_ID, ""),
                data.getOrDefault(CONTROLLERS, ""),
                Boolean.parseBoolean(data.get(BORN))));
    }
}
