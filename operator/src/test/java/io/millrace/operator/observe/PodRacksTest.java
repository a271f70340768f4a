package io.millrace.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.millrace.operator.desired.PodRack;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PodRacksTest {

    private static final String KEY = "topology.kubernetes.io/zone";
    private static final PodRacks.Nodes NODES =
            name -> name.equals("away") ? Optional.empty() : Optional.of(Map.of(KEY, "zone-of-" + name));

    @Test
    void aPodIsInTheRackOfItsNode() {
        assertThat(untold(pod -> pod)).isEqualTo(Map.of("orders-broker-0", "zone-of-n1"));
    }

    @Test
    void aNodeWithoutTheLabelIsInNoRack() {
        var untold = PodRacks.untold("example.com/rack", Stream.of(pod(pod -> pod)), NODES);

        assertThat(untold).isEqualTo(Map.of("orders-broker-0", PodRack.NONE));
    }

    @Test
    void aNodeThatCannotBeReadIsLookedAtAgain() {
        assertThat(untold(pod -> pod.editSpec().withNodeName("away").endSpec())).isEmpty();
    }

    @Test
    void aPodWithoutANodeIsWaitedFor() {
        assertThat(untold(pod -> pod.editSpec().withNodeName(null).endSpec())).isEmpty();
    }

    @Test
    void aPodIsToldOnce() {
        assertThat(untold(pod -> pod.editMetadata()
                        .addToAnnotations(PodRack.ANNOTATION, "x")
                        .endMetadata()))
                .isEmpty();
    }

    @Test
    void aPodThatHasTheLabelItselfNeedsNoWord() {
        assertThat(untold(pod -> pod.editMetadata().addToLabels(KEY, "zone-c").endMetadata()))
                .isEmpty();
    }

    @Test
    void aPodThatGoesOrCannotHearIsNotTold() {
        assertThat(untold(pod -> pod.editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()))
                .isEmpty();
        assertThat(untold(pod -> pod.editSpec().withVolumes().endSpec())).isEmpty();
    }

    private static Map<String, String> untold(UnaryOperator<PodBuilder> change) {
        return PodRacks.untold(KEY, Stream.of(pod(change)), NODES);
    }

    private static Pod pod(UnaryOperator<PodBuilder> change) {
        var pod = new PodBuilder()
                .withNewMetadata()
                .withName("orders-broker-0")
                .endMetadata()
                .withNewSpec()
                .withNodeName("n1")
                .addNewVolume()
                .withName(PodRack.VOLUME)
                .endVolume()
                .endSpec();
        return change.apply(pod).build();
    }
}
