package io.millrace.operator.apply;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.plan.InPlaceResize;
import io.millrace.operator.plan.InPlaceResize.Given;
import io.millrace.operator.plan.PodChanges.Resizing;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing.Warning;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives containers that run other requests and limits, by the subresource {@code resize} of pods (KEP-1287). */
final class ResizeApplier {

    private static final Logger LOG = LoggerFactory.getLogger(ResizeApplier.class);

    private final KubernetesClient kubernetes;
    private final PodNotes notes;
    private final Events events;

    ResizeApplier(KubernetesClient kubernetes, PodNotes notes, Events events) {
        this.kubernetes = kubernetes;
        this.notes = notes;
        this.events = events;
    }

    /**
     * Asks for it. A pod that Kubernetes does not resize is marked, so that it is restarted.
     *
     * @return why it could not be done just now; nothing else depends on it
     */
    Optional<Warning> resize(BrokerCluster cluster, String pod, Resizing resizing) {
        var namespace = cluster.getMetadata().getNamespace();
        try {
            kubernetes
                    .pods()
                    .inNamespace(namespace)
                    .withName(pod)
                    .subresource("resize")
                    .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), patch(resizing.containers()));
        } catch (KubernetesClientException e) {
            var message = String.valueOf(e.getMessage());
            LOG.info("pod {} is not resized: {}", pod, message);
            if (InPlaceResize.isRefused(e.getCode(), message)) {
                notes.write(namespace, pod, Map.of(InPlaceResize.REFUSED, resizing.revision()));
                return Optional.empty();
            }
            return Optional.of(new Warning(Reason.RESIZING, "tried again: " + message));
        }
        events.normal(cluster, "Resized", "%s: %s".formatted(pod, inWords(resizing.containers())));
        return Optional.empty();
    }

    private static String patch(List<Given> containers) {
        return Serialization.asJson(Map.of(
                "spec", Map.of("initContainers", among(containers, true), "containers", among(containers, false))));
    }

    private static List<Map<String, Object>> among(List<Given> containers, boolean initial) {
        return containers.stream()
                .filter(one -> one.initial() == initial)
                .map(one -> Map.<String, Object>of("name", one.container(), "resources", one.resources()))
                .toList();
    }

    private static String inWords(List<Given> containers) {
        return containers.stream()
                .map(one -> "%s requests %s, limits %s"
                        .formatted(
                                one.container(),
                                one.resources().getRequests(),
                                one.resources().getLimits()))
                .collect(Collectors.joining("; "));
    }
}
