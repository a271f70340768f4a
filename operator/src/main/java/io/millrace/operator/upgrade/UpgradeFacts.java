package io.millrace.operator.upgrade;

import io.millrace.api.v1alpha1.FeatureChange;
import io.millrace.api.v1alpha1.UpgradeState;
import io.millrace.api.v1alpha1.UpgradeStatus;
import io.millrace.operator.intent.FeatureLevels;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a decision about versions and feature levels needs, at one moment.
 *
 * @param now the moment
 * @param image the image that new pods are made with; empty if there is no StatefulSet
 * @param running the images that the containers of the pods there are were made with
 * @param levels the levels that are final, by Kafka's name of the feature; empty if the brokers did not say
 * @param refusal why Kafka would refuse the changes that are due; empty if it would not, or was not asked
 * @param told what the status says of an upgrade
 * @param toldMetadataVersion the metadata.version that the status says is final
 */
public record UpgradeFacts(
        Instant now,
        Optional<String> image,
        Set<String> running,
        Optional<Map<String, Integer>> levels,
        Optional<String> refusal,
        Optional<UpgradeStatus> told,
        Optional<String> toldMetadataVersion) {

    public UpgradeFacts {
        running = Set.copyOf(running);
        levels = levels.map(Map::copyOf);
    }

    /** Returns the same without what the brokers say, for they are not to be believed. */
    public UpgradeFacts ofSilentBrokers() {
        return new UpgradeFacts(now, image, running, Optional.empty(), Optional.empty(), told, toldMetadataVersion);
    }

    /** Returns the name of the metadata.version that is final, as far as is known. */
    public Optional<String> metadataVersion() {
        return levels.map(found -> FeatureLevels.nameOf(found.getOrDefault(FeatureLevels.METADATA, 0)))
                .or(this::toldMetadataVersion);
    }

    /**
     * Returns the levels that are final or, where the brokers do not say, may be: those that were being made final when last
     * looked at count, for the operator may have ended before it could say that it was done.
     */
    Optional<Map<String, Integer>> possibleLevels() {
        return levels.or(() -> told.filter(status -> status.state() == UpgradeState.Finalising)
                        .map(UpgradeFacts::targets))
                .or(() -> toldMetadataVersion.flatMap(FeatureLevels::of).map(FeatureLevels::levels));
    }

    private static Map<String, Integer> targets(UpgradeStatus status) {
        return Objects.requireNonNullElse(status.features(), List.<FeatureChange>of()).stream()
                .collect(Collectors.toMap(FeatureChange::name, FeatureChange::to));
    }
}
