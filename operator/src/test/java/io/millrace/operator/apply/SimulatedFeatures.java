package io.millrace.operator.apply;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.api.v1alpha1.FeatureChange;
import io.millrace.operator.intent.FeatureLevels;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.upgrade.UpgradeFacts;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The feature levels that are final in a simulated cluster, and what its pods run. */
final class SimulatedFeatures {

    private final Map<String, Integer> levels;

    /** Founded with the levels of a metadata.version. */
    SimulatedFeatures(String metadataVersion) {
        levels = new HashMap<>(FeatureLevels.of(metadataVersion).orElseThrow().levels());
    }

    void finalise(List<FeatureChange> changes) {
        changes.forEach(change -> levels.put(change.name(), change.to()));
    }

    String metadataVersion() {
        return FeatureLevels.nameOf(levels.getOrDefault(FeatureLevels.METADATA, 0));
    }

    UpgradeFacts facts(
            Instant now, Optional<StatefulSet> set, List<BrokerPodFacts> pods, @Nullable BrokerClusterStatus status) {
        var image = set.map(found -> found.getSpec().getTemplate().getSpec().getInitContainers())
                .map(containers -> containers.getFirst().getImage());
        var running = new HashSet<String>();
        pods.forEach(pod -> running.add(pod.outdated() ? "another" : image.orElseThrow()));
        return new UpgradeFacts(
                now,
                image,
                running,
                Optional.of(levels),
                Optional.empty(),
                Optional.ofNullable(status).map(BrokerClusterStatus::upgrade),
                Optional.ofNullable(status).map(BrokerClusterStatus::metadataVersion));
    }
}
