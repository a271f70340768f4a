package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ControllersIntent;

/** StatefulSet {@code <cluster>-controller}: the dedicated controllers. */
public final class ControllerStatefulSet {

    private ControllerStatefulSet() {}

    /** Returns its name. */
    public static String name(String cluster) {
        return cluster + "-controller";
    }

    /**
     * Makes it.
     *
     * @param controllers those of the intent
     * @param restartAt a value that restarts every pod made with another one; empty: none was ever given
     */
    public static StatefulSet of(
            BrokerClusterIntent intent, ControllersIntent controllers, String restartAt, OwnerReference owner) {
        return StatefulSets.of(
                intent,
                name(intent.name()),
                controllers.replicas(),
                Names.controllerLabels(intent.name()),
                BrokerPod.controller(intent, controllers.log(), restartAt),
                StatefulSets.disk(intent, controllers.storageSize(), controllers.storageClass()),
                owner);
    }
}
