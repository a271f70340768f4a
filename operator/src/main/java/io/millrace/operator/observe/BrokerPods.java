package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.desired.BrokerStatefulSet;
import io.millrace.operator.desired.ControllerStatefulSet;
import io.millrace.operator.desired.Names;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.LogState;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the pods of a cluster, of brokers and of dedicated controllers, from the caches. */
final class BrokerPods {

    /** What a container waits for when it will not start by itself. */
    private static final Set<String> TROUBLES = Set.of(
            "CrashLoopBackOff",
            "ImagePullBackOff",
            "ErrImagePull",
            "ErrImageNeverPull",
            "InvalidImageName",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError");

    private static final String LOG = "log";

    /** Others may add containers of their own to a pod. */
    private static final Set<String> OURS = Set.of(LOG, "queues");

    /** A status says it in one sentence; all of it is in the pod. */
    private static final int LONGEST_TROUBLE = 300;

    private BrokerPods() {}

    /** The pods of brokers. */
    static Stream<Pod> in(Context<BrokerCluster> context) {
        return pods("broker", context);
    }

    /** The pods of dedicated controllers. */
    private static Stream<Pod> controllers(Context<BrokerCluster> context) {
        return pods("controller", context);
    }

    private static Stream<Pod> pods(String component, Context<BrokerCluster> context) {
        var cluster = context.getPrimaryResource().getMetadata().getName();
        return context.getSecondaryResourcesAsStream(Pod.class)
                .filter(pod -> component.equals(pod.getMetadata().getLabels().get(Names.COMPONENT_LABEL)))
                .filter(pod -> Names.isNode(cluster, pod.getMetadata().getName()));
    }

    /** What makes pods, seen at one moment: whoever judges pods by it must not see another one than who says what they lack. */
    record Sets(Optional<StatefulSet> brokers, Optional<StatefulSet> controllers) {}

    static Sets sets(String cluster, Context<BrokerCluster> context) {
        return new Sets(
                statefulSet(BrokerStatefulSet.name(cluster), context),
                statefulSet(ControllerStatefulSet.name(cluster), context));
    }

    /** What is known of all pods, those of brokers first. */
    static List<BrokerPodFacts> of(Sets sets, Context<BrokerCluster> context) {
        return Stream.concat(
                        in(context).map(pod -> facts(pod, sets.brokers())),
                        controllers(context).map(pod -> facts(pod, sets.controllers())))
                .sorted(Comparator.comparing(BrokerPodFacts::node))
                .toList();
    }

    /** Whether to ask the brokers: some serve, or some run that shall be restarted. */
    static boolean mayAnswer(List<BrokerPodFacts> all) {
        var pods = all.stream().filter(BrokerPodFacts::isBroker).toList();
        return pods.stream().anyMatch(pod -> pod.ready() || pod.log() == LogState.SERVING)
                || (pods.stream().anyMatch(BrokerPodFacts::outdated)
                        && pods.stream().anyMatch(pod -> pod.log() == LogState.RUNNING));
    }

    /** The value of rolling.restartAt that new pods are made with. */
    static String restartedAt(String cluster, Context<BrokerCluster> context) {
        return statefulSet(BrokerStatefulSet.name(cluster), context)
                .map(set -> set.getSpec().getTemplate().getMetadata())
                .or(() -> youngest(context).map(Pod::getMetadata))
                .map(made -> annotations(made).getOrDefault(BrokerStatefulSet.RESTART_AT, ""))
                .orElse("");
    }

    /** The image that new pods are made with; empty if there has been no StatefulSet. */
    static Optional<String> wantedImage(String cluster, Context<BrokerCluster> context) {
        return statefulSet(BrokerStatefulSet.name(cluster), context)
                .map(set -> set.getSpec().getTemplate().getSpec())
                .or(() -> youngest(context).map(Pod::getSpec))
                .map(made -> images(made).get(LOG));
    }

    /** While a StatefulSet is made again, the pod that it made last shows how it made pods. */
    private static Optional<Pod> youngest(Context<BrokerCluster> context) {
        return in(context)
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .max(Comparator.comparing((Pod pod) ->
                                Objects.requireNonNullElse(pod.getMetadata().getCreationTimestamp(), ""))
                        .thenComparing(pod -> pod.getMetadata().getName()));
    }

    /** The images that our containers in the pods there are were made with. */
    static Set<String> runningImages(Context<BrokerCluster> context) {
        return Stream.concat(in(context), controllers(context))
                .flatMap(pod -> images(pod.getSpec()).entrySet().stream())
                .filter(container -> OURS.contains(container.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.toSet());
    }

    static Optional<StatefulSet> statefulSet(String name, Context<BrokerCluster> context) {
        return context.getSecondaryResourcesAsStream(StatefulSet.class)
                .filter(set -> set.getMetadata().getName().equals(name))
                .findFirst();
    }

    private static BrokerPodFacts facts(Pod pod, Optional<StatefulSet> set) {
        var outdated = revision(set)
                .filter(revision ->
                        !revision.equals(pod.getMetadata().getLabels().get("controller-revision-hash")))
                .isPresent();
        return new BrokerPodFacts(
                Names.node(pod.getMetadata().getName()),
                pod.getMetadata().getName(),
                pod.getMetadata().getResourceVersion(),
                Readiness.isPodReady(pod),
                outdated,
                pod.getMetadata().getDeletionTimestamp() != null,
                log(pod),
                outdated ? why(pod, set.orElseThrow()) : "",
                trouble(pod));
    }

    /**
     * A pod, and what would be made in its place now.
     *
     * @param revision the revision of its StatefulSet
     */
    record RevisedPod(Pod pod, String revision) {}

    /** All pods of whose StatefulSets that is known. */
    static List<RevisedPod> revised(Sets sets, Context<BrokerCluster> context) {
        var brokers = revision(sets.brokers());
        var controllers = revision(sets.controllers());
        return Stream.concat(
                        brokers.stream().flatMap(now -> in(context).map(pod -> new RevisedPod(pod, now))),
                        controllers.stream().flatMap(now -> controllers(context).map(pod -> new RevisedPod(pod, now))))
                .toList();
    }

    /** Nothing can be said until its controller has seen our last change. */
    private static Optional<String> revision(Optional<StatefulSet> set) {
        return set.filter(found -> found.getStatus() != null
                        && Objects.equals(
                                found.getStatus().getObservedGeneration(),
                                found.getMetadata().getGeneration()))
                .map(found -> found.getStatus().getUpdateRevision());
    }

    private static LogState log(Pod pod) {
        var log = statuses(pod).filter(status -> LOG.equals(status.getName())).findFirst();
        if (log.isEmpty()) {
            return Readiness.isPodReady(pod) ? LogState.SERVING : LogState.DOWN;
        }
        if (Boolean.TRUE.equals(log.get().getReady())) {
            return LogState.SERVING;
        }
        var state = log.get().getState();
        return state != null && state.getRunning() != null ? LogState.RUNNING : LogState.DOWN;
    }

    private static Stream<ContainerStatus> statuses(Pod pod) {
        var status = pod.getStatus();
        return status == null
                ? Stream.empty()
                : Stream.concat(status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream());
    }

    private static String trouble(Pod pod) {
        var waiting = statuses(pod)
                .filter(status -> status.getState() != null && status.getState().getWaiting() != null)
                .filter(status -> TROUBLES.contains(
                        String.valueOf(status.getState().getWaiting().getReason())))
                .map(BrokerPods::inWords);
        var unschedulable = pod.getStatus() == null
                ? Stream.<String>empty()
                : pod.getStatus().getConditions().stream()
                        .filter(condition ->
                                "PodScheduled".equals(condition.getType()) && "False".equals(condition.getStatus()))
                        .map(condition -> "Unschedulable");
        return Stream.concat(waiting, unschedulable).findFirst().orElse("");
    }

    /** Why a container waits, and what it, or Kubernetes, says about that. */
    private static String inWords(ContainerStatus status) {
        var waiting = status.getState().getWaiting();
        var last = status.getLastState() == null ? null : status.getLastState().getTerminated();
        var said = last == null
                ? Objects.requireNonNullElse(waiting.getMessage(), "")
                : "exit code %d; %s".formatted(last.getExitCode(), lastLine(last.getMessage()));
        var words = said.isBlank() ? waiting.getReason() : waiting.getReason() + ": " + said.strip();
        return words.substring(0, Math.min(LONGEST_TROUBLE, words.length()));
    }

    private static String lastLine(@Nullable String text) {
        return text == null
                ? ""
                : text.lines().filter(line -> !line.isBlank()).reduce("", (before, line) -> line.strip());
    }

    private static String why(Pod pod, StatefulSet set) {
        var template = set.getSpec().getTemplate();
        var has = annotations(pod.getMetadata());
        var wanted = annotations(template.getMetadata());
        if (!images(pod.getSpec()).equals(images(template.getSpec()))) {
            return "the image has changed";
        }
        if (!Objects.equals(has.get(BrokerStatefulSet.CONFIG), wanted.get(BrokerStatefulSet.CONFIG))) {
            return "settings have changed";
        }
        if (!Objects.equals(has.get(BrokerStatefulSet.RESTART_AT), wanted.get(BrokerStatefulSet.RESTART_AT))) {
            return "rolling.restartAt is now " + wanted.get(BrokerStatefulSet.RESTART_AT);
        }
        return "its pod is to be made differently";
    }

    private static Map<String, String> annotations(ObjectMeta meta) {
        return meta.getAnnotations() == null ? Map.of() : meta.getAnnotations();
    }

    private static Map<String, String> images(PodSpec spec) {
        var images = new HashMap<String, String>();
        Stream.concat(
                        spec.getInitContainers() == null
                                ? Stream.<Container>empty()
                                : spec.getInitContainers().stream(),
                        spec.getContainers().stream())
                .forEach(container -> images.put(container.getName(), container.getImage()));
        return images;
    }
}
