package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.millrace.operator.intent.BrokerClusterIntent;

/** PodDisruptionBudget {@code <cluster>-broker}: node drains take one broker at a time. */
public final class BrokerPdb {

    private BrokerPdb() {}

    /** Makes it. */
    public static PodDisruptionBudget of(BrokerClusterIntent intent, OwnerReference owner) {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(Names.owned(intent, intent.name() + "-broker", owner))
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                .withUnhealthyPodEvictionPolicy("AlwaysAllow")
                .withNewSelector()
                .withMatchLabels(Names.brokerLabels(intent.name()))
                .endSelector()
                .endSpec()
                .build();
    }
}
