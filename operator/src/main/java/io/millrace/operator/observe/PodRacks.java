package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.millrace.operator.desired.PodRack;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the racks of pods that have come to a node and do not know them yet: each is read once in the life of a pod. */
final class PodRacks {

    private static final Logger LOG = LoggerFactory.getLogger(PodRacks.class);
    static final int FORBIDDEN = 403;

    private PodRacks() {}

    /** Where labels of nodes come from. */
    interface Nodes {

        /** Returns the labels of a node; empty if they cannot be had just now. */
        Optional<Map<String, String>> labels(String node);
    }

    /** Returns the racks to be told, by the names of the pods; {@link PodRack#NONE} where the node has no such label. */
    static Map<String, String> untold(String topologyKey, Stream<Pod> pods, Nodes nodes) {
        var untold = new HashMap<String, String>();
        pods.filter(pod -> waits(pod, topologyKey))
                .forEach(pod -> nodes.labels(pod.getSpec().getNodeName())
                        .map(labels -> rack(labels, topologyKey))
                        .ifPresent(rack -> untold.put(pod.getMetadata().getName(), rack)));
        return untold;
    }

    private static boolean waits(Pod pod, String topologyKey) {
        var meta = pod.getMetadata();
        return pod.getSpec().getNodeName() != null
                && meta.getDeletionTimestamp() == null
                && pod.getSpec().getVolumes().stream()
                        .anyMatch(volume -> volume.getName().equals(PodRack.VOLUME))
                && (meta.getAnnotations() == null || !meta.getAnnotations().containsKey(PodRack.ANNOTATION))
                && labels(meta).getOrDefault(topologyKey, "").isEmpty();
    }

    private static String rack(Map<String, String> labels, String topologyKey) {
        var label = labels.getOrDefault(topologyKey, "");
        return label.isEmpty() ? PodRack.NONE : label;
    }

    private static Map<String, String> labels(ObjectMeta meta) {
        return meta.getLabels() == null ? Map.of() : meta.getLabels();
    }

    /** Reads nodes one by one, which takes the right to get them and no other. Without it there are no racks. */
    static Nodes of(KubernetesClient kubernetes) {
        return name -> {
            try {
                return Optional.ofNullable(kubernetes.nodes().withName(name).get())
                        .map(Node::getMetadata)
                        .map(PodRacks::labels);
            } catch (KubernetesClientException e) {
                LOG.warn("node {} cannot be read, which tells the racks of its brokers: {}", name, e.getMessage());
                return e.getCode() == FORBIDDEN ? Optional.of(Map.of()) : Optional.empty();
            }
        };
    }
}
