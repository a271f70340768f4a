package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.millrace.operator.intent.BrokerClusterIntent;
import java.util.Map;
import java.util.Optional;

/** What the StatefulSets of a cluster have in common. Pods start all at once, and only the operator restarts them. */
final class StatefulSets {

    private StatefulSets() {}

    static StatefulSet of(
            BrokerClusterIntent intent,
            String name,
            int replicas,
            Map<String, String> pods,
            PodTemplateSpec template,
            PersistentVolumeClaim disk,
            OwnerReference owner) {
        return new StatefulSetBuilder()
                .withMetadata(Names.owned(intent, name, owner))
                .withNewSpec()
                .withReplicas(replicas)
                .withServiceName(intent.name() + "-nodes")
                .withPodManagementPolicy("Parallel")
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .withNewSelector()
                .withMatchLabels(pods)
                .endSelector()
                .withNewPersistentVolumeClaimRetentionPolicy()
                .withWhenDeleted(intent.keepDisks() ? "Retain" : "Delete")
                .withWhenScaled("Delete")
                .endPersistentVolumeClaimRetentionPolicy()
                .withTemplate(template)
                .withVolumeClaimTemplates(disk)
                .endSpec()
                .build();
    }

    static PersistentVolumeClaim disk(BrokerClusterIntent intent, String size, Optional<String> storageClass) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("data")
                .withLabels(Names.labels(intent.name()))
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(storageClass.orElse(null))
                .withNewResources()
                .addToRequests("storage", new Quantity(size))
                .endResources()
                .endSpec()
                .build();
    }
}
