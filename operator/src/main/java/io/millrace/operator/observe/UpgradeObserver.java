package io.millrace.operator.observe;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.operator.client.FeatureAdmin;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.upgrade.UpgradeFacts;
import io.millrace.operator.upgrade.UpgradePlanner;
import java.time.Instant;
import java.util.Optional;

/** Looks at what a cluster runs, and at its feature levels. */
final class UpgradeObserver {

    private UpgradeObserver() {}

    /** What is known without the brokers. */
    static UpgradeFacts ofKubernetes(BrokerCluster cluster, Instant now, Context<BrokerCluster> context) {
        var status = Optional.ofNullable(cluster.getStatus());
        return new UpgradeFacts(
                now,
                BrokerPods.wantedImage(cluster.getMetadata().getName(), context),
                BrokerPods.runningImages(context),
                Optional.empty(),
                Optional.empty(),
                status.map(BrokerClusterStatus::upgrade),
                status.map(BrokerClusterStatus::metadataVersion));
    }

    /**
     * The same with what the brokers say. Whether they would take new levels is asked only when all of them run the version:
     * before that they would refuse for that reason.
     */
    static UpgradeFacts ofBrokers(UpgradeFacts seen, BrokerClusterIntent intent, FeatureAdmin features) {
        var levels = features.levels();
        var changes = UpgradePlanner.changes(intent.upgrade(), levels);
        var refusal = changes.isEmpty() || !UpgradePlanner.isEverywhere(intent, seen)
                ? Optional.<String>empty()
                : features.refusal(changes);
        return new UpgradeFacts(
                seen.now(),
                seen.image(),
                seen.running(),
                Optional.of(levels),
                refusal,
                seen.told(),
                seen.toldMetadataVersion());
    }
}
