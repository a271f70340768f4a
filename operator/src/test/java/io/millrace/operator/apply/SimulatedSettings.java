package io.millrace.operator.apply;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.operator.desired.BrokerConfigMap;
import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.settings.ConfigFacts;
import io.millrace.operator.settings.LiveChange;
import io.millrace.operator.settings.SettingFacts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the brokers of a simulated cluster were told while they run. */
final class SimulatedSettings {

    private final Map<String, String> everywhere = new HashMap<>();

    void alter(LiveChange change) {
        everywhere.putAll(change.set());
        everywhere.keySet().removeAll(change.unset());
    }

    Map<String, String> everywhere() {
        return Map.copyOf(everywhere);
    }

    /** Files of pods hold no settings that can be told: nothing but what was told is different from Kafka's defaults. */
    ConfigFacts facts(@Nullable HasMetadata object, Optional<ClusterFacts> facts, BrokerCluster cluster) {
        var map = Optional.ofNullable(object).map(ConfigMap.class::cast);
        var brokers = facts.map(ClusterFacts::brokers).orElse(Set.of());
        var found = new HashMap<Integer, Map<String, SettingFacts.Found>>();
        brokers.forEach(node -> found.put(node, Map.of()));
        var status = Optional.ofNullable(cluster.getStatus());
        return new ConfigFacts(
                map.map(BrokerConfigMap::log).orElse(Map.of()),
                map.map(BrokerConfigMap::queues).orElse(Map.of()),
                map.map(BrokerConfigMap::withdrawn).orElse(Set.of()),
                List.of(),
                brokers.isEmpty() ? Optional.empty() : Optional.of(new SettingFacts(everywhere, found)),
                true,
                Map.of(),
                status.map(BrokerClusterStatus::config),
                status.filter(told -> Objects.equals(
                                told.observedGeneration(), cluster.getMetadata().getGeneration()))
                        .isPresent());
    }
}
