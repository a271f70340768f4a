package io.millrace.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.millrace.operator.desired.BrokerStatefulSet;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.observe.BrokerPods.RevisedPod;
import io.millrace.operator.plan.InPlaceResize;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResizesTest {

    private static final String SMALL = "200m";
    private static final String MORE = "500m";
    private static final Map<String, PodTemplateSpec> TEMPLATES = Map.of(
            "small", template(SMALL, ""),
            "more", template(MORE, ""),
            "other", template(MORE, "config: {log.retention.hours: \"7\"}"));

    private final List<String> asked = new ArrayList<>();

    @Test
    void aPodThatLacksResourcesAloneIsResizedAndNotOutdated() {
        var seen = seen(pod("small", SMALL, Map.of()), "more");

        assertThat(seen.due()).hasEntrySatisfying("orders-broker-0", resizing -> assertThat(resizing.revision())
                .isEqualTo("more"));
        assertThat(seen.unmarked()).isEmpty();
        assertThat(applied(seen, true).outdated()).isFalse();
    }

    @Test
    void aPodThatHasThemIsMarkedOnce() {
        assertThat(seen(pod("small", MORE, Map.of()), "more").unmarked()).isEqualTo(Map.of("orders-broker-0", "more"));

        var marked = seen(pod("small", MORE, Map.of(InPlaceResize.DONE, "more")), "more");
        assertThat(marked.unmarked()).isEmpty();
        assertThat(applied(marked, true).outdated()).isFalse();
    }

    @Test
    void aPodThatDiffersInMoreStaysOutdated() {
        var seen = seen(pod("small", SMALL, Map.of()), "other");

        assertThat(seen.due()).isEmpty();
        assertThat(applied(seen, true).outdated()).isTrue();
    }

    @Test
    void aPodThatCouldNotBeGivenBackWhatItHadIsOutdated() {
        var refused = Map.of(InPlaceResize.DONE, "more", InPlaceResize.REFUSED, "small");

        var pod = applied(seen(pod("small", MORE, refused), "small"), false);

        assertThat(pod.outdated()).isTrue();
        assertThat(pod.why()).isEqualTo("Kubernetes does not resize it in place");
    }

    @Test
    void nothingIsReadForPodsOfNow() {
        seen(pod("more", MORE, Map.of()), "more");

        assertThat(asked).isEmpty();
    }

    @Test
    void aPodThatGoesAndATemplateThatIsNotKeptAreLeftAsTheyAre() {
        var going = new PodBuilder(pod("small", SMALL, Map.of()))
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();

        assertThat(seen(going, "more").verdicts()).isEmpty();
        assertThat(applied(seen(pod("forgotten", SMALL, Map.of()), "more"), true)
                        .outdated())
                .isTrue();
    }

    private Resizes seen(Pod pod, String now) {
        return Resizes.of(List.of(new RevisedPod(pod, now)), revision -> {
            asked.add(revision);
            return Optional.ofNullable(TEMPLATES.get(revision));
        });
    }

    private static BrokerPodFacts applied(Resizes seen, boolean outdated) {
        return seen.applied(List.of(new BrokerPodFacts(0, "orders-broker-0", "1", true, outdated, false)))
                .getFirst();
    }

    private static Pod pod(String revision, String cpu, Map<String, String> annotations) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("orders-broker-0")
                .addToLabels("controller-revision-hash", revision)
                .withAnnotations(annotations)
                .endMetadata()
                .withSpec(template(cpu, "").getSpec())
                .build();
    }

    private static PodTemplateSpec template(String cpu, String more) {
        var intent = Specs.orders("""
                replicas: 1
                storage: {size: 1Gi}
                resources: {log: {requests: {cpu: %s, memory: 1Gi}}}
                %s
                """.formatted(cpu, more));
        return BrokerStatefulSet.of(intent, "", new OwnerReference()).getSpec().getTemplate();
    }
}
