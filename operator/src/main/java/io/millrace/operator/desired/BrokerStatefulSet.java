package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
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
        var onDelete = intent.keepDisks() ? "Retain" : "Delete";
        return new StatefulSetBuilder()
                .withMetadata(Names.owned(intent, name(intent.name()), owner))
                .withNewSpec()
                .withReplicas(intent.replicas())
                .withServiceName(intent.name() + "-nodes")
                .withPodManagementPolicy("Parallel")
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .withNewSelector()
                .withMatchLabels(Names.brokerLabels(intent.name()))
                .endSelector()
                .withNewPersistentVolumeClaimRetentionPolicy()
                .withWhenDeleted(onDelete)
                .withWhenScaled("Delete")
                .endPersistentVolumeClaimRetentionPolicy()
                .withTemplate(BrokerPod.template(intent, restartAt))
                .withVolumeClaimTemplates(disk(intent))
                .endSpec()
                .build();
    }

    private static PersistentVolumeClaim disk(BrokerClusterIntent intent) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("data")
                .withLabels(Names.labels(intent.name()))
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(intent.storageClass().orElse(null))
                .withNewResources()
                .addToRequests("storage", new Quantity(intent.storageSize()))
                .endResources()
                .endSpec()
                .build();
    }
}
