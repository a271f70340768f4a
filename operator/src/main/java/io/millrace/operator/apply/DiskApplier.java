package io.millrace.operator.apply;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.desired.BrokerStatefulSet;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing.Warning;
import io.millrace.operator.storage.DiskFacts;
import io.millrace.operator.storage.DiskSize;
import io.millrace.operator.storage.StorageFacts.SetFacts;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the steps to disks of another size, in Kubernetes. */
final class DiskApplier {

    private static final Logger LOG = LoggerFactory.getLogger(DiskApplier.class);
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final String GROWING = "Growing";

    private final KubernetesClient kubernetes;
    private final Events events;

    DiskApplier(KubernetesClient kubernetes, Events events) {
        this.kubernetes = kubernetes;
        this.events = events;
    }

    /**
     * Asks for a larger disk. One that has changed since it was looked at is left alone: it may be larger already.
     *
     * @return why that could not be done, such as a quota; nothing else depends on it
     */
    Optional<Warning> grow(BrokerCluster cluster, DiskFacts disk, DiskSize size) {
        var patch =
                "{\"metadata\":{\"resourceVersion\":\"%s\"},\"spec\":{\"resources\":{\"requests\":{\"storage\":\"%s\"}}}}"
                        .formatted(disk.resourceVersion(), size);
        try {
            kubernetes
                    .persistentVolumeClaims()
                    .inNamespace(cluster.getMetadata().getNamespace())
                    .withName(disk.name())
                    .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
        } catch (KubernetesClientException e) {
            LOG.info("disk {} does not grow: {}", disk.name(), e.getMessage());
            return e.getCode() == CONFLICT || e.getCode() == NOT_FOUND
                    ? Optional.empty()
                    : Optional.of(new Warning(Reason.GROWTH_FAILED, "tried again: " + e.getMessage()));
        }
        events.normal(cluster, GROWING, "disk %s: %s -> %s".formatted(disk.name(), disk.asked(), size));
        return Optional.empty();
    }

    /** Deletes the StatefulSet that was seen, and no other of its name; pods and disks stay, and belong to nobody for a moment. */
    void release(BrokerCluster cluster, SetFacts set, DiskSize size) {
        var name = BrokerStatefulSet.name(cluster.getMetadata().getName());
        var options = new DeleteOptionsBuilder()
                .withApiVersion("v1")
                .withKind("DeleteOptions")
                .withPropagationPolicy("Orphan")
                .withNewPreconditions()
                .withUid(set.uid())
                .endPreconditions()
                .build();
        try {
            kubernetes.raw(
                    "/apis/apps/v1/namespaces/%s/statefulsets/%s"
                            .formatted(cluster.getMetadata().getNamespace(), name),
                    "DELETE",
                    options);
        } catch (KubernetesClientException e) {
            if (e.getCode() != CONFLICT && e.getCode() != NOT_FOUND) {
                throw e;
            }
            LOG.info("StatefulSet {} is another one already: {}", name, e.getMessage());
            return;
        }
        events.normal(
                cluster, GROWING, "StatefulSet %s is made again for disks of %s; its pods go on".formatted(name, size));
    }
}
