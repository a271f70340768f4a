package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.millrace.operator.intent.BrokerClusterIntent;
import java.util.Map;

/**
 * PodDisruptionBudgets {@code <cluster>-broker} and {@code <cluster>-controller}: node drains take one broker, and one dedicated
 * controller, at a time.
 */
public final class BrokerPdb {

    private BrokerPdb() {}

    /** Makes that of the brokers. */
    public static PodDisruptionBudget of(BrokerClusterIntent intent, OwnerReference owner) {
        return of(intent, BrokerStatefulSet.name(intent.name()), Names.brokerLabels(intent.name()), owner);
    }

    /** Makes that of dedicated controllers. */
    public static PodDisruptionBudget ofControllers(BrokerClusterIntent intent, OwnerReference owner) {
        return of(intent, ControllerStatefulSet.name(intent.name()), Names.controllerLabels(intent.name()), owner);
    }

    private static PodDisruptionBudget of(
            BrokerClusterIntent intent, String name, Map<String, String> pods, OwnerReference owner) {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(Names.owned(intent, name, owner))
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                .withUnhealthyPodEvictionPolicy("AlwaysAllow")
                .withNewSelector()
                .withMatchLabels(pods)
                .endSelector()
                .endSpec()
                .build();
    }
}
