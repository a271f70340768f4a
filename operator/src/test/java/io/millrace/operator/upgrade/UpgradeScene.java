package io.millrace.operator.upgrade;

import io.millrace.operator.fixture.Specs;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.FeatureLevels;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A cluster with a wish, at one moment of its upgrade. */
record UpgradeScene(String wish, UpgradeFacts facts, Optional<String> unwell) {

    /** All brokers run 4.3.1, the levels of 4.2 are final, and all is well. */
    static UpgradeScene rolled() {
        return new UpgradeScene("version: 4.3.1", UpgradeScenes.levels("4.2-IV1"), Optional.empty());
    }

    UpgradeScene wishing(String other) {
        return new UpgradeScene(other, facts, unwell);
    }

    UpgradeScene unwell(String why) {
        return new UpgradeScene(wish, facts, Optional.of(why));
    }

    UpgradeScene well() {
        return new UpgradeScene(wish, facts, Optional.empty());
    }

    UpgradeScene running(String... images) {
        return with(Set.of(images), facts.levels(), facts.refusal());
    }

    UpgradeScene silent() {
        return with(facts.running(), Optional.empty(), Optional.empty());
    }

    UpgradeScene atLevels(String metadataVersion) {
        return with(facts.running(), FeatureLevels.of(metadataVersion).map(FeatureLevels::levels), facts.refusal());
    }

    UpgradeScene atLevels(Map<String, Integer> levels) {
        return with(facts.running(), Optional.of(levels), facts.refusal());
    }

    UpgradeScene refusedBecause(String why) {
        return with(facts.running(), facts.levels(), Optional.of(why));
    }

    private UpgradeScene with(Set<String> running, Optional<Map<String, Integer>> levels, Optional<String> refusal) {
        var other = new UpgradeFacts(
                facts.now(), facts.image(), running, levels, refusal, facts.told(), facts.toldMetadataVersion());
        return new UpgradeScene(wish, other, unwell);
    }

    /** The next look: the status says by then what was decided here. */
    UpgradeScene after(Duration time) {
        var next = new UpgradeFacts(
                facts.now().plus(time),
                facts.image(),
                facts.running(),
                facts.levels(),
                facts.refusal(),
                decide().status(),
                facts.metadataVersion());
        return new UpgradeScene(wish, next, unwell);
    }

    UpgradeDecision decide() {
        return UpgradePlanner.decide(intent(), facts, unwell);
    }

    Optional<String> versionRefusal() {
        return UpgradePlanner.versionRefusal(intent(), facts);
    }

    private BrokerClusterIntent intent() {
        return Specs.orders("replicas: 3\nstorage: {size: 1Gi}\n" + wish + "\n");
    }
}
