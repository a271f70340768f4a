package io.millrace.operator.client;

import io.millrace.api.v1alpha1.FeatureChange;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.KafkaFuture;

/** Kafka's feature levels (KIP-584, KIP-778), by its Admin protocol. All calls block; they throw {@code FailureException}. */
public final class FeatureAdmin {

    private final Admin admin;

    FeatureAdmin(Admin admin) {
        this.admin = admin;
    }

    /** Reads the levels that are final, by Kafka's name of the feature; one that is off is not among them. */
    public Map<String, Integer> levels() {
        var metadata = Answers.await(admin.describeFeatures().featureMetadata(), "describing features");
        var levels = new HashMap<String, Integer>();
        metadata.finalizedFeatures().forEach((name, range) -> levels.put(name, (int) range.maxVersionLevel()));
        return levels;
    }

    /** Returns why Kafka would refuse to make levels final; empty if it would not. Changes nothing. */
    public Optional<String> refusal(Collection<FeatureChange> changes) {
        try {
            Answers.await(update(changes, true), "asking whether feature levels can be made final");
            return Optional.empty();
        } catch (FailureException e) {
            if (e.failure() instanceof Failure.Rejected(var message)) {
                return Optional.of(message);
            }
            throw e;
        }
    }

    /** Makes levels final, all of them or none. A level is lowered only where Kafka calls that safe. */
    public void finalise(Collection<FeatureChange> changes) {
        Answers.await(update(changes, false), "making feature levels final");
    }

    private KafkaFuture<Void> update(Collection<FeatureChange> changes, boolean validateOnly) {
        var updates = changes.stream()
                .collect(Collectors.toMap(
                        FeatureChange::name,
                        change -> new FeatureUpdate(
                                (short) change.to(),
                                change.to() > change.from() ? UpgradeType.UPGRADE : UpgradeType.SAFE_DOWNGRADE)));
        return admin.updateFeatures(updates, new UpdateFeaturesOptions().validateOnly(validateOnly))
                .all();
    }
}
