package io.millrace.operator.intent;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/**
 * What one container of a broker pod is given.
 *
 * @param requests guaranteed amounts
 * @param limits upper bounds
 * @param javaOptions options of its JVM
 */
public record ContainerIntent(Map<String, Quantity> requests, Map<String, Quantity> limits, List<String> javaOptions) {
    public ContainerIntent {
        requests = Map.copyOf(requests);
        limits = Map.copyOf(limits);
        javaOptions = List.copyOf(javaOptions);
    }
}
