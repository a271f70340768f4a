package io.millrace.operator.plan;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers one question: does a pod have to be restarted for what its StatefulSet wants now? Not if only what its containers are
 * given differs, for Kubernetes gives that to containers that run (KEP-1287, from Kubernetes 1.33 on).
 */
public final class InPlaceResize {

    /** Annotation of pods: the revision that a pod was last resized to. What others give its containers after that is theirs. */
    public static final String DONE = "millrace.io/resized";

    /** Annotation of pods: the revision that a pod could not be resized to, so that it is restarted for it. */
    public static final String REFUSED = "millrace.io/resize-refused";

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int INVALID = 422;
    private static final String JAVA_OPTIONS = "JDK_JAVA_OPTIONS";
    private static final String MEMORY = "memory";

    private InPlaceResize() {}

    /** The answer. */
    public sealed interface Verdict {

        /**
         * It has to.
         *
         * @param why why it cannot be resized, or empty: it differs in more than that
         */
        record Restart(String why) implements Verdict {}

        /** Its containers are to be given this. */
        record Resize(List<Given> containers) implements Verdict {
            public Resize {
                containers = List.copyOf(containers);
            }
        }

        /** It has what is wanted, or its node is about to give it. */
        record Settled() implements Verdict {}
    }

    /**
     * What a container is given.
     *
     * @param container its name
     * @param initial whether it is among the init containers, as sidecars are
     * @param resources requests and limits
     */
    public record Given(String container, boolean initial, ResourceRequirements resources) {}

    /**
     * Decides about a pod that is of an earlier revision, or was resized before.
     *
     * @param had the template it was made from
     * @param wanted the template of now
     * @param revision the revision of that
     */
    public static Verdict decide(PodTemplateSpec had, PodTemplateSpec wanted, Pod pod, String revision) {
        if (differsInMore(had, wanted)) {
            return new Verdict.Restart("");
        }
        if (isDone(pod, revision)) {
            return infeasible(pod);
        }
        var due = new ArrayList<Given>();
        for (var given : given(wanted.getSpec())) {
            var now = given(pod.getSpec()).stream()
                    .filter(one -> one.container().equals(given.container()))
                    .findFirst();
            if (now.isEmpty() || lacksSomeOf(now.get().resources(), given.resources())) {
                return new Verdict.Restart("what a container is given cannot be taken from it in place");
            }
            if (!now.get().equals(given)) {
                due.add(given);
            }
        }
        if (due.isEmpty()) {
            return infeasible(pod);
        }
        return revision.equals(annotations(pod).get(REFUSED))
                ? new Verdict.Restart("Kubernetes does not resize it in place")
                : new Verdict.Resize(due);
    }

    /**
     * Returns whether what Kubernetes says to a resize will be the same the next time, so that the pod is to be restarted: it is too
     * old for it, the operator may not ask, or this cannot be changed in a pod that runs. What a quota or a range of limits
     * forbids is no such thing: a new pod would be forbidden, too, and there would be none.
     *
     * @param status of HTTP
     */
    public static boolean isRefused(int status, String message) {
        return switch (status) {
            case NOT_FOUND, NOT_ALLOWED, INVALID -> true;
            case FORBIDDEN -> message.contains("cannot patch resource");
            default -> false;
        };
    }

    /** Returns whether a pod was resized at all. */
    public static boolean wasResized(Pod pod) {
        return annotations(pod).containsKey(DONE);
    }

    /** Returns whether a pod was last resized for this revision. */
    public static boolean isDone(Pod pod, String revision) {
        return revision.equals(annotations(pod).get(DONE));
    }

    /** Returns whether two templates differ in more than what can be changed in place. */
    public static boolean differsInMore(PodTemplateSpec had, PodTemplateSpec wanted) {
        return !bare(had).equals(bare(wanted));
    }

    /** The kubelet has looked, and it will never fit: another node may have room, or a restart make some. */
    private static Verdict infeasible(Pod pod) {
        var conditions = pod.getStatus() == null
                ? List.<PodCondition>of()
                : pod.getStatus().getConditions();
        return conditions.stream()
                .filter(condition -> "PodResizePending".equals(condition.getType())
                        && "True".equals(condition.getStatus())
                        && "Infeasible".equals(condition.getReason()))
                .findFirst()
                .<Verdict>map(
                        condition -> new Verdict.Restart("it cannot be resized on its node: " + condition.getMessage()))
                .orElseGet(Verdict.Settled::new);
    }

    private static boolean lacksSomeOf(ResourceRequirements now, ResourceRequirements wanted) {
        return !wanted.getRequests().keySet().containsAll(now.getRequests().keySet())
                || !wanted.getLimits().keySet().containsAll(now.getLimits().keySet());
    }

    private static List<Given> given(PodSpec spec) {
        return Stream.concat(
                        containers(spec.getInitContainers()).map(one -> given(one, true)),
                        containers(spec.getContainers()).map(one -> given(one, false)))
                .toList();
    }

    /** Kubernetes takes limits for requests that are not given, in pods though not in templates. */
    private static Given given(Container container, boolean initial) {
        var resources = container.getResources();
        var limits = resources == null ? Map.<String, Quantity>of() : orEmpty(resources.getLimits());
        var requests = new HashMap<>(limits);
        requests.putAll(resources == null ? Map.of() : orEmpty(resources.getRequests()));
        return new Given(
                container.getName(),
                initial,
                new ResourceRequirementsBuilder()
                        .withRequests(requests)
                        .withLimits(limits)
                        .build());
    }

    /** A JVM takes its heap from the limit of memory when it starts, unless it is told a size. */
    private static PodTemplateSpec bare(PodTemplateSpec template) {
        var bare = new PodTemplateSpecBuilder(template).build();
        Stream.concat(
                        containers(bare.getSpec().getInitContainers()),
                        containers(bare.getSpec().getContainers()))
                .forEach(container -> container.setResources(heap(container)));
        return bare;
    }

    private static @Nullable ResourceRequirements heap(Container container) {
        var resources = container.getResources();
        var limit = resources == null ? null : orEmpty(resources.getLimits()).get(MEMORY);
        return limit == null || hasHeapOfItsOwn(container)
                ? null
                : new ResourceRequirementsBuilder()
                        .withLimits(Map.of(MEMORY, limit))
                        .build();
    }

    private static boolean hasHeapOfItsOwn(Container container) {
        return container.getEnv().stream()
                .filter(variable -> JAVA_OPTIONS.equals(variable.getName()))
                .map(EnvVar::getValue)
                .anyMatch(options -> options != null && options.contains("-Xmx"));
    }

    private static Stream<Container> containers(@Nullable List<Container> containers) {
        return Objects.requireNonNullElse(containers, List.<Container>of()).stream();
    }

    private static Map<String, Quantity> orEmpty(@Nullable Map<String, Quantity> amounts) {
        return Objects.requireNonNullElse(amounts, Map.of());
    }

    private static Map<String, String> annotations(Pod pod) {
        return Objects.requireNonNullElse(pod.getMetadata().getAnnotations(), Map.of());
    }
}
