package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.millrace.operator.desired.BrokerStatefulSet;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.plan.InPlaceResize.Given;
import io.millrace.operator.plan.InPlaceResize.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InPlaceResizeTest {

    private static final String NOW = "orders-broker-2";
    private static final String SMALL = "resources: {log: {requests: {cpu: 200m, memory: 1Gi}}}";
    private static final String MORE = "resources: {log: {requests: {cpu: 500m, memory: 2Gi}}}";

    @Test
    void otherRequestsAreGivenToContainersThatRun() {
        var verdict = decide(SMALL, MORE, pod(SMALL));

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Resize.class, resize -> assertThat(resize.containers())
                .singleElement()
                .satisfies(given -> {
                    assertThat(given.container()).isEqualTo("log");
                    assertThat(given.initial()).isTrue();
                    assertThat(given.resources().getRequests())
                            .isEqualTo(Map.of("cpu", new Quantity("500m"), "memory", new Quantity("2Gi")));
                }));
    }

    @Test
    void whatHasBeenGivenNeedsNothingMore() {
        assertThat(decide(SMALL, MORE, pod(MORE))).isEqualTo(new Verdict.Settled());
    }

    @Test
    void anythingElseIsARestart() {
        assertThat(decide(SMALL, MORE + "\nconfig: {log.retention.hours: \"7\"}", pod(SMALL)))
                .isEqualTo(new Verdict.Restart(""));
        assertThat(decide(SMALL, MORE + "\nrolling: {restartAt: now}", pod(SMALL)))
                .isEqualTo(new Verdict.Restart(""));
    }

    /** Its heap is a part of it, and was made when it started. */
    @Test
    void anotherLimitOfMemoryIsARestartUnlessTheHeapHasASizeOfItsOwn() {
        var one = "resources: {log: {requests: {memory: 1Gi}, limits: {memory: 1Gi}}}";
        var two = "resources: {log: {requests: {memory: 1Gi}, limits: {memory: 2Gi}}}";
        var heap = "\njvm: {log: [\"-Xmx600m\"]}";

        assertThat(decide(one, two, pod(one))).isEqualTo(new Verdict.Restart(""));
        assertThat(decide(one + heap, two + heap, pod(one + heap))).isInstanceOf(Verdict.Resize.class);
    }

    @Test
    void anotherLimitOfProcessorsIsNot() {
        var one = "resources: {queues: {requests: {cpu: 1}, limits: {cpu: 1, memory: 1Gi}}}";
        var two = "resources: {queues: {requests: {cpu: 1}, limits: {cpu: 2, memory: 1Gi}}}";

        assertThat(decide(one, two, pod(one)))
                .isInstanceOfSatisfying(Verdict.Resize.class, resize -> assertThat(resize.containers())
                        .extracting(Given::container)
                        .containsExactly("queues"));
    }

    /** Kubernetes allows to change requests and limits, not to remove them. */
    @Test
    void whatIsTakenAwayIsARestart() {
        var limited = "resources: {queues: {requests: {cpu: 1}, limits: {cpu: 1}}}";
        var free = "resources: {queues: {requests: {cpu: 1}}}";

        assertThat(decide(limited, free, pod(limited)))
                .isEqualTo(new Verdict.Restart("what a container is given cannot be taken from it in place"));
    }

    @Test
    void aPodThatCouldNotBeResizedIsRestarted() {
        var refused = marked(SMALL, InPlaceResize.REFUSED, NOW);

        assertThat(decide(SMALL, MORE, refused))
                .isEqualTo(new Verdict.Restart("Kubernetes does not resize it in place"));
        assertThat(decide(SMALL, MORE, marked(SMALL, InPlaceResize.REFUSED, "orders-broker-1")))
                .as("it was another change that was refused")
                .isInstanceOf(Verdict.Resize.class);
    }

    /** Where a quota is in the way a new pod would be refused as well, and there would be none. */
    @Test
    void aQuotaRestartsNobody() {
        assertThat(InPlaceResize.isRefused(422, "Pod QOS Class may not change as a result of resizing"))
                .isTrue();
        assertThat(InPlaceResize.isRefused(404, "the server could not find the requested resource"))
                .isTrue();
        assertThat(InPlaceResize.isRefused(405, "the server does not allow this method"))
                .isTrue();
        assertThat(InPlaceResize.isRefused(
                        403, "pods \"x\" is forbidden: User \"o\" cannot patch resource \"pods/resize\" in API group"))
                .isTrue();
        assertThat(InPlaceResize.isRefused(403, "pods \"x\" is forbidden: exceeded quota: small, requested: cpu=1"))
                .isFalse();
        assertThat(InPlaceResize.isRefused(409, "the object has been modified")).isFalse();
        assertThat(InPlaceResize.isRefused(500, "etcdserver: request timed out"))
                .isFalse();
    }

    @Test
    void aPodWithoutRoomOnItsNodeIsRestarted() {
        var stuck = new PodBuilder(pod(MORE))
                .withNewStatus()
                .addNewCondition()
                .withType("PodResizePending")
                .withStatus("True")
                .withReason("Infeasible")
                .withMessage("Node didn't have enough capacity: cpu")
                .endCondition()
                .endStatus()
                .build();

        assertThat(decide(SMALL, MORE, stuck))
                .isEqualTo(
                        new Verdict.Restart("it cannot be resized on its node: Node didn't have enough capacity: cpu"));
    }

    @Test
    void whatOthersGiveItAfterThatIsTheirs() {
        assertThat(decide(SMALL, MORE, marked(SMALL, InPlaceResize.DONE, NOW))).isEqualTo(new Verdict.Settled());
    }

    /** The revision it was made from is that of now again, and its containers have what came between. */
    @Test
    void whatIsTakenBackIsGivenBack() {
        assertThat(decide(SMALL, SMALL, marked(MORE, InPlaceResize.DONE, "orders-broker-1")))
                .isInstanceOf(Verdict.Resize.class);
    }

    private static Verdict decide(String had, String wanted, Pod pod) {
        return InPlaceResize.decide(template(had), template(wanted), pod, NOW);
    }

    private static Pod marked(String spec, String annotation, String revision) {
        return new PodBuilder(pod(spec))
                .editMetadata()
                .addToAnnotations(annotation, revision)
                .endMetadata()
                .build();
    }

    private static Pod pod(String spec) {
        var template = template(spec);
        return new PodBuilder()
                .withNewMetadata()
                .withName("orders-broker-0")
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    private static PodTemplateSpec template(String spec) {
        var intent = Specs.orders("replicas: 1\nstorage: {size: 1Gi}\n" + spec + "\n");
        return BrokerStatefulSet.of(intent, intent.rolling().restartAfter(""), new OwnerReference())
                .getSpec()
                .getTemplate();
    }
}
