package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.millrace.operator.observe.BrokerPods.RevisedPod;
import io.millrace.operator.plan.InPlaceResize;
import io.millrace.operator.plan.InPlaceResize.Verdict;
import io.millrace.operator.plan.PodChanges.Resizing;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which pods that were made from an earlier template need no restart.
 *
 * @param verdicts what is known of pods of earlier revisions, and of those that were resized before, by their names
 * @param due what pods are to be given, by their names
 * @param unmarked the revisions that pods have been resized for, and are not marked with yet, by their names
 */
record Resizes(Map<String, Verdict> verdicts, Map<String, Resizing> due, Map<String, String> unmarked) {

    private static final Logger LOG = LoggerFactory.getLogger(Resizes.class);
    private static final String REVISION = "controller-revision-hash";

    /** Where the templates of revisions come from. */
    interface Revisions {

        /** Returns a template; empty if it is not kept any more, or may not be read. */
        Optional<PodTemplateSpec> template(String revision);
    }

    /** Looks. */
    static Resizes of(List<RevisedPod> pods, Revisions revisions) {
        var seen = new Resizes(new HashMap<>(), new HashMap<>(), new HashMap<>());
        var templates = new HashMap<String, Optional<PodTemplateSpec>>();
        for (var one : pods) {
            var pod = one.pod();
            if (pod.getMetadata().getDeletionTimestamp() != null
                    || (one.revision().equals(revision(pod)) && !InPlaceResize.wasResized(pod))) {
                continue;
            }
            var had = templates.computeIfAbsent(revision(pod), revisions::template);
            var now = templates.computeIfAbsent(one.revision(), revisions::template);
            if (had.isPresent() && now.isPresent()) {
                seen.judge(one, InPlaceResize.decide(had.get(), now.get(), pod, one.revision()));
            }
        }
        return seen;
    }

    private void judge(RevisedPod one, Verdict verdict) {
        var name = one.pod().getMetadata().getName();
        verdicts.put(name, verdict);
        if (verdict instanceof Verdict.Resize(var containers)) {
            due.put(name, new Resizing(containers, one.revision()));
        }
        if (verdict instanceof Verdict.Settled && !InPlaceResize.isDone(one.pod(), one.revision())) {
            unmarked.put(name, one.revision());
        }
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

    /** Reads ControllerRevisions, which takes the right to get them. Without it pods are restarted; whatever else fails is tried again. */
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
                if (e.getCode() != PodRacks.FORBIDDEN) {
                    throw e;
                }
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
