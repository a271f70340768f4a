package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.millrace.operator.desired.Names;
import io.millrace.operator.desired.Outside;
import io.millrace.operator.desired.PodAddresses;
import io.millrace.operator.intent.BrokerClusterIntent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Compares what brokers were told of their addresses outside, when they started, with what is known now. */
record AdvertisedAddresses(BrokerClusterIntent intent, Outside outside, List<Pod> pods) {

    AdvertisedAddresses(BrokerClusterIntent intent, Outside outside, Stream<Pod> pods) {
        this(
                intent,
                outside,
                pods.filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                        .toList());
    }

    /** What pods are to be marked with, by their names. */
    Map<String, String> unmarked() {
        var unmarked = new HashMap<String, String>();
        pods.stream().filter(pod -> mark(pod).isEmpty()).forEach(pod -> now(pod).ifPresent(
                        addresses -> unmarked.put(pod.getMetadata().getName(), addresses)));
        return unmarked;
    }

    /** Why brokers are to be restarted, by their nodes. An address that is not known just now is no other address. */
    Map<Integer, String> changed() {
        var changed = new HashMap<Integer, String>();
        for (var pod : pods) {
            now(pod).filter(addresses ->
                            mark(pod).isPresent() && !mark(pod).get().equals(addresses))
                    .ifPresent(addresses ->
                            changed.put(node(pod), "clients outside reach it by another address now: " + addresses));
        }
        return changed;
    }

    private Optional<String> now(Pod pod) {
        return PodAddresses.of(intent, outside, node(pod));
    }

    private static int node(Pod pod) {
        return Names.node(pod.getMetadata().getName());
    }

    private static Optional<String> mark(Pod pod) {
        return Optional.of(pod.getMetadata())
                .map(ObjectMeta::getAnnotations)
                .map(annotations -> annotations.get(PodAddresses.ANNOTATION));
    }
}
