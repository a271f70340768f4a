package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.millrace.operator.plan.InPlaceResize;
import io.millrace.operator.plan.InPlaceResize.Given;
import io.millrace.operator.plan.InPlaceResize.Verdict;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which pods that were made from an earlier template need no restart.
 *
 * @param revision the revision of now
 * @param verdicts what is known of pods of earlier revisions, and of those that were resized before, by their names
 * @param unmarked those among them that have what is wanted, and are not marked so yet
 */
record Resizes(String revision, Map<String, Verdict> verdicts, Set<String> unmarked) {

    private static final Logger LOG = LoggerFactory.getLogger(Resizes.class);
    private static final String REVISION = "controller-revision-hash";

    /** Where the templates of revisions come from. */
    interface Revisions {

        /** Returns a template; empty if it is not kept any more, or cannot be read. */
        Optional<PodTemplateSpec> template(String revision);
    }

    /**
     * Looks.
     *
     * @param wanted the revision of now, or empty if it is not known
     */
    static Resizes of(Optional<String> wanted, Stream<Pod> pods, Revisions revisions) {
        var revision = wanted.orElse("");
        var verdicts = new HashMap<String, Verdict>();
        var unmarked = new HashSet<String>();
        var templates = new HashMap<String, Optional<PodTemplateSpec>>();
        var candidates = pods.filter(pod -> wanted.isPresent())
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .filter(pod -> !revision.equals(revision(pod)) || InPlaceResize.wasResized(pod))
                .toList();
        for (var pod : candidates) {
            var had = templates.computeIfAbsent(revision(pod), revisions::template);
            var now = templates.computeIfAbsent(revision, revisions::template);
            if (had.isEmpty() || now.isEmpty()) {
                continue;
            }
            var verdict = InPlaceResize.decide(had.get(), now.get(), pod, revision);
            verdicts.put(pod.getMetadata().getName(), verdict);
            if (verdict instanceof Verdict.Settled && !InPlaceResize.isDone(pod, revision)) {
                unmarked.add(pod.getMetadata().getName());
            }
        }
        return new Resizes(revision, verdicts, unmarked);
    }

    /** What pods are to be given, by their names. */
    Map<String, List<Given>> due() {
        var due = new HashMap<String, List<Given>>();
        verdicts.forEach((pod, verdict) -> {
            if (verdict instanceof Verdict.Resize(var containers)) {
                due.put(pod, containers);
            }
        });
        return due;
    }

    /** The pods; those that need no restart are not outdated, and those that could not be resized are. */
    List<BrokerPodFacts> applied(List<BrokerPodFacts> pods) {
        return pods.stream().map(pod -> judged(pod, verdicts.get(pod.name()))).toList();
    }

    private static BrokerPodFacts judged(BrokerPodFacts pod, @Nullable Verdict verdict) {
        return switch (verdict) {
            case null -> pod;
            case Verdict.Restart(var why) ->
                why.isEmpty() ? pod : pod.upToDate().outdatedBy(why);
            case Verdict.Resize resize -> pod.upToDate();
            case Verdict.Settled settled -> pod.upToDate();
        };
    }

    private static String revision(Pod pod) {
        return pod.getMetadata().getLabels().getOrDefault(REVISION, "");
    }

    /** Reads ControllerRevisions, which takes the right to get them. Without it pods are restarted. */
    static Revisions of(KubernetesClient kubernetes, String namespace) {
        return revision -> {
            try {
                return Optional.ofNullable(kubernetes
                                .apps()
                                .controllerRevisions()
                                .inNamespace(namespace)
                                .withName(revision)
                                .get())
                        .map(found -> kubernetes.getKubernetesSerialization().convertValue(found.getData(), Data.class))
                        .map(Data::spec)
                        .map(Data.Spec::template);
            } catch (KubernetesClientException e) {
                LOG.warn(
                        "revision {} cannot be read, by which pods are resized and not restarted: {}",
                        revision,
                        e.getMessage());
                return Optional.empty();
            }
        };
    }

    /** What the controller of StatefulSets keeps of one. */
    record Data(@Nullable Spec spec) {
        record Spec(@Nullable PodTemplateSpec template) {}
    }
}
