package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.millrace.operator.intent.BrokerClusterIntent;

/** StatefulSet {@code <cluster>-broker}. Pods start all at once, and only the operator restarts them. */
public final class BrokerStatefulSet {

    /** Annotation of pods: the settings that are read at start only ({@link StartSettings}). */
    public static final String CONFIG = "millrace.io/config";

    /** Annotation of pods: the last value of {@code spec.rolling.restartAt}. */
    public static final String RESTART_AT = "millrace.io/restart-at";

    private BrokerStatefulSet() {}

    /** Returns its name. */
    public static String name(String cluster) {
        return cluster + "-broker";
    }

    /**
     * Makes it.
     *
     * @param restartAt a value that restarts every pod made with another one; empty: none was ever given
     */
    public static StatefulSet of(BrokerClusterIntent intent, String restartAt, OwnerReference owner) {
        return StatefulSets.of(
                intent,
                name(intent.name()),
                intent.replicas(),
                Names.brokerLabels(intent.name()),
                BrokerPod.template(intent, restartAt),
                StatefulSets.disk(intent, intent.storageSize(), intent.storageClass()),
                owner);
    }
}
