package io.millrace.operator.intent;

import io.fabric8.kubernetes.api.model.Quantity;
import io.millrace.api.v1alpha1.ContainerResources;
import io.millrace.api.v1alpha1.Jvm;
import io.millrace.api.v1alpha1.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one container of a pod is given.
 *
 * @param requests guaranteed amounts
 * @param limits upper bounds
 * @param javaOptions options of its JVM
 */
public record ContainerIntent(Map<String, Quantity> requests, Map<String, Quantity> limits, List<String> javaOptions) {

    private static final List<String> SMALL_HEAP = List.of("-Xms256m", "-Xmx512m");

    /** With a small heap. Without any requests a broker gets what all others leave, and is the first to be evicted. */
    private static final Map<String, Quantity> SMALL_LOG = requests("200m", "768Mi");

    private static final Map<String, Quantity> SMALL_QUEUES = requests("100m", "640Mi");

    private static final Map<String, Quantity> SMALL_CONTROLLER = requests("100m", "640Mi");

    public ContainerIntent {
        requests = Map.copyOf(requests);
        limits = Map.copyOf(limits);
        javaOptions = List.copyOf(javaOptions);
    }

    /**
     * Returns what container {@code log} is given.
     *
     * @param common Java options of all brokers
     */
    static ContainerIntent log(@Nullable Resources resources, @Nullable Jvm jvm, List<String> common) {
        return of(resources == null ? null : resources.log(), SMALL_LOG, jvm == null ? null : jvm.log(), common);
    }

    /** Returns what container {@code queues} is given, by the same rules. */
    static ContainerIntent queues(@Nullable Resources resources, @Nullable Jvm jvm, List<String> common) {
        return of(
                resources == null ? null : resources.queues(), SMALL_QUEUES, jvm == null ? null : jvm.queues(), common);
    }

    /** Returns what the container of a dedicated controller is given, by the same rules. */
    static ContainerIntent controller(
            @Nullable ContainerResources resources, @Nullable List<String> options, List<String> common) {
        return of(resources, SMALL_CONTROLLER, options, common);
    }

    private static ContainerIntent of(
            @Nullable ContainerResources resources,
            Map<String, Quantity> usual,
            @Nullable List<String> options,
            List<String> common) {
        var requests = resources == null ? usual : orEmpty(resources.requests());
        var limits = resources == null ? Map.<String, Quantity>of() : orEmpty(resources.limits());
        var all = new ArrayList<>(common);
        all.addAll(options == null ? heap(limits) : options);
        return new ContainerIntent(requests, limits, all);
    }

    private static List<String> heap(Map<String, Quantity> limits) {
        return limits.containsKey("memory") ? List.of("-XX:MaxRAMPercentage=60") : SMALL_HEAP;
    }

    private static Map<String, Quantity> requests(String cpu, String memory) {
        return Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory));
    }

    private static Map<String, Quantity> orEmpty(@Nullable Map<String, Quantity> amounts) {
        return Objects.requireNonNullElse(amounts, Map.of());
    }
}
