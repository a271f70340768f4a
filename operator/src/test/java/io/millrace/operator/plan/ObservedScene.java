package io.millrace.operator.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
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
public record ObservedScene(
        List<BrokerPodFacts> pods,
        ClusterFacts facts,
        Optional<Integer> size,
        Dedicated dedicated,
        Optional<ScaleFacts> scale,
        UpgradeFacts upgrade,
        StorageFacts storage) {

    /**
     * What is so about dedicated controllers, and what tests of them need.
     *
     * @param set how many their StatefulSet has
     * @param identity who the cluster is: it knows its first controllers
     * @param rolling whether a roll is under way
     */
    public record Dedicated(Optional<Integer> set, Identity identity, List<HasMetadata> disks, boolean rolling) {
        static final Dedicated NONE = new Dedicated(
                Optional.empty(), new Identity("id", Map.of(0, "a", 1, "b", 2, "c"), true), List.of(), false);
    }

    public static ObservedScene of(List<BrokerPodFacts> pods) {
        var quorum = new QuorumFacts(0, Map.of(0, 0L, 1, 10L, 2, 10L));
        return new ObservedScene(
                pods,
                new ClusterFacts("id", Set.of(0, 1, 2), quorum, List.of(), false, 2),
                Optional.of(3),
                Dedicated.NONE,
                Optional.empty(),
                UpgradeScenes.nothingKnown(),
                StorageFacts.nothing());
    }

    ObservedScene scaling(Optional<ScaleFacts> facts) {
        return new ObservedScene(pods, this.facts, size, dedicated, facts, upgrade, storage);
    }

    ObservedScene upgrading(UpgradeFacts versions, ClusterFacts told) {
        return new ObservedScene(pods, told, size, dedicated, scale, versions, storage);
    }

    /** The size goes with the StatefulSet that has it. */
    ObservedScene storing(StorageFacts disks) {
        return new ObservedScene(pods, facts, disks.set().flatMap(any -> size), dedicated, scale, upgrade, disks);
    }

    ObservedScene controlledBy(Dedicated controllers, ClusterFacts told) {
        return new ObservedScene(pods, told, size, controllers, scale, upgrade, storage);
    }

    public BrokerClusterObserved observed() {
        return new BrokerClusterObserved(
                new OwnerReference(),
                Optional.empty(),
                Optional.of(dedicated.identity()),
                new ClusterCertificates(Map.of(), Outside.UNKNOWN, Instant.EPOCH),
                Outside.UNKNOWN,
                pods,
                PodChanges.NONE,
                "",
                dedicated.rolling(),
                "",
                Optional.of(facts),
                Set.of(),
                dedicated.disks(),
                size,
                dedicated.set(),
                true,
                Optional.empty(),
                scale,
                upgrade,
                ConfigFacts.nothing(),
                storage);
    }
}
