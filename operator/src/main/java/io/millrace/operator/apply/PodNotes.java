package io.millrace.operator.apply;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Annotates pods. One that cannot be annotated just now is, when it is looked at again. */
final class PodNotes {

    private static final Logger LOG = LoggerFactory.getLogger(PodNotes.class);

    private final KubernetesClient kubernetes;

    PodNotes(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    /** Writes annotations. A kubelet looks at the volumes of a pod at once when the pod changes, else within a minute or two. */
    void write(String namespace, String pod, Map<String, String> annotations) {
        var patch = Serialization.asJson(Map.of("metadata", Map.of("annotations", annotations)));
        try {
            kubernetes.pods().inNamespace(namespace).withName(pod).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
        } catch (KubernetesClientException e) {
            LOG.info("pod {} does not get its annotations {}: {}", pod, annotations.keySet(), e.getMessage());
        }
    }
}
