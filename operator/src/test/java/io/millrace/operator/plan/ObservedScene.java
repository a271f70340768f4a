package io.millrace.operator.plan;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.millrace.operator.desired.Identity;
import io.millrace.operator.desired.Outside;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.scale.ScaleFacts;
import io.millrace.operator.settings.ConfigFacts;
import io.millrace.operator.storage.StorageFacts;
import io.millrace.operator.upgrade.UpgradeFacts;
import io.millrace.operator.upgrade.UpgradeScenes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A cluster of three brokers that was made long ago and is ready, as it is observed; tests say what is different. */
record ObservedScene(
        List<BrokerPodFacts> pods,
        ClusterFacts facts,
        Optional<Integer> size,
        Optional<ScaleFacts> scale,
        UpgradeFacts upgrade,
        StorageFacts storage) {

    static ObservedScene of(List<BrokerPodFacts> pods) {
        var quorum = new QuorumFacts(0, Map.of(0, 0L, 1, 10L, 2, 10L));
        return new ObservedScene(
                pods,
                new ClusterFacts("id", Set.of(0, 1, 2), quorum, List.of(), false, 2),
                Optional.of(3),
                Optional.empty(),
                UpgradeScenes.nothingKnown(),
                StorageFacts.nothing());
    }

    ObservedScene scaling(Optional<ScaleFacts> facts) {
        return new ObservedScene(pods, this.facts, size, facts, upgrade, storage);
    }

    ObservedScene upgrading(UpgradeFacts versions, ClusterFacts told) {
        return new ObservedScene(pods, told, size, scale, versions, storage);
    }

    /** The size goes with the StatefulSet that has it. */
    ObservedScene storing(StorageFacts disks) {
        return new ObservedScene(pods, facts, disks.set().flatMap(any -> size), scale, upgrade, disks);
    }

    BrokerClusterObserved observed() {
        return new BrokerClusterObserved(
                new OwnerReference(),
                Optional.empty(),
                Optional.of(new Identity("id", Map.of(0, "a", 1, "b", 2, "c"), true)),
                new ClusterCertificates(Map.of(), Outside.UNKNOWN, Instant.EPOCH),
                Outside.UNKNOWN,
                pods,
                PodChanges.NONE,
                "",
                false,
                "",
                Optional.of(facts),
                Set.of(),
                List.of(),
                size,
                true,
                Optional.empty(),
                scale,
                upgrade,
                ConfigFacts.nothing(),
                storage);
    }
}
