package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.millrace.operator.desired.Names;
import io.millrace.operator.desired.Outside;
import io.millrace.operator.desired.PodAddresses;
import io.millrace.operator.intent.BrokerClusterIntent;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compares what brokers were told of their addresses outside, when they started, with what is known now.
 *
 * @param unmarked what pods are to be marked with, by their names
 * @param changed why brokers are to be restarted, by their nodes
 */
record AdvertisedAddresses(Map<String, String> unmarked, Map<Integer, String> changed) {

    /** Compares. An address that is not known just now is no other address. */
    static AdvertisedAddresses of(BrokerClusterIntent intent, Outside outside, Stream<Pod> pods) {
        var rows = outside.rows(intent);
        var seen = new AdvertisedAddresses(new HashMap<>(), new HashMap<>());
        pods.filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .forEach(pod -> PodAddresses.of(intent, rows, node(pod)).ifPresent(now -> seen.compare(pod, now)));
        return seen;
    }

    private void compare(Pod pod, String now) {
        var mark = mark(pod);
        if (mark.isEmpty()) {
            unmarked.put(pod.getMetadata().getName(), now);
        } else if (!mark.get().equals(now)) {
            changed.put(node(pod), "clients outside reach it by another address now: " + now);
        }
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
