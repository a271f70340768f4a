package io.millrace.operator.desired;

import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ListenerIntent;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a pod's broker tells clients outside it is reached by. It reads that when it starts, so a pod is marked with what was
 * known then: where something else is known later, the pod is to be restarted.
 */
public final class PodAddresses {

    /** Annotation of pods: the addresses of all listeners that need one. */
    public static final String ANNOTATION = "millrace.io/addresses";

    private PodAddresses() {}

    /**
     * Returns the value of the annotation for one broker; empty if none of its listeners needs it, or one is not known just now.
     *
     * @param rows what all brokers advertise, by {@link Outside#rows}
     */
    public static Optional<String> of(BrokerClusterIntent intent, Map<String, String> rows, int node) {
        var needed = intent.listeners().stream()
                .filter(ListenerIntent::perBroker)
                .map(listener -> Outside.row(listener.name(), node))
                .sorted()
                .toList();
        return needed.isEmpty() || !rows.keySet().containsAll(needed)
                ? Optional.empty()
                : Optional.of(
                        needed.stream().map(row -> row + "=" + rows.get(row)).collect(Collectors.joining(", ")));
    }
}
