package io.millrace.operator.apply;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.plan.InPlaceResize.Given;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives containers that run other requests and limits, by the subresource {@code resize} of pods (KEP-1287). */
final class ResizeApplier {

    private static final Logger LOG = LoggerFactory.getLogger(ResizeApplier.class);

    /** Not allowed, not there before Kubernetes 1.33, switched off, and not possible: it will not be otherwise the next time. */
    private static final Set<Integer> FINAL = Set.of(403, 404, 405, 422);

    private final KubernetesClient kubernetes;
    private final Events events;

    ResizeApplier(KubernetesClient kubernetes, Events events) {
        this.kubernetes = kubernetes;
        this.events = events;
    }

    /** Asks for it; returns false if the pod will have to be restarted. */
    boolean resize(BrokerCluster cluster, String pod, List<Given> containers) {
        try {
            kubernetes
                    .pods()
                    .inNamespace(cluster.getMetadata().getNamespace())
                    .withName(pod)
                    .subresource("resize")
                    .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), patch(containers));
        } catch (KubernetesClientException e) {
            LOG.info("pod {} is not resized: {}", pod, e.getMessage());
            return !FINAL.contains(e.getCode());
        }
        events.normal(cluster, "Resized", "%s: %s".formatted(pod, inWords(containers)));
        return true;
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
