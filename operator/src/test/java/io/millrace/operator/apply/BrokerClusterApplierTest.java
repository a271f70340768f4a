package io.millrace.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.millrace.operator.fixture.Caches;
import io.millrace.operator.fixture.FixedApi;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.plan.BrokerClusterAction;
import io.millrace.operator.plan.InPlaceResize.Given;
import io.millrace.operator.plan.ObservedScene;
import io.millrace.operator.plan.PodChanges.Resizing;
import io.millrace.operator.scale.ScaleStep;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing.Warning;
import java.net.ConnectException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What of a plan is done, and what is not, when an action before it fails: nobody answers, and Kubernetes refuses all that is asked of it. */
class BrokerClusterApplierTest {

    private static final String SPEC = "replicas: 3\nstorage: {size: 1Gi}";
    private static final ScaleStep END_THROTTLE = new ScaleStep.EndThrottle(Set.of("t"), Set.of(0));
    private static final ScaleStep VERIFY = new ScaleStep.VerifyEmpty(Set.of(2));

    private final AtomicInteger asked = new AtomicInteger();
    private final FixedApi refusing =
            new FixedApi(403, "{\"kind\": \"Status\", \"code\": 403, \"message\": \"exceeded quota\"}");

    @AfterEach
    void stop() {
        refusing.close();
    }

    @Test
    void brokersThatGoAreVerifiedToBeEmptyAlsoWhenAStepBeforeFailed() {
        assertThatThrownBy(() -> apply(scale(END_THROTTLE), scale(VERIFY), shrunken()))
                .isInstanceOf(FailureException.class);
        assertThat(asked).hasValue(2);
    }

    @Test
    void brokersThatGoAreVerifiedToBeEmptyAlsoWhenAPodCouldNotBeResized() {
        assertThatThrownBy(() -> apply(resize(), scale(VERIFY), shrunken())).isInstanceOf(FailureException.class);
        assertThat(asked).hasValue(1);
    }

    @Test
    void stepIsTakenAlthoughAPodCouldNotBeResized() {
        var trouble = apply(resize(), scale(END_THROTTLE));

        assertThat(asked).hasValue(1);
        assertThat(trouble).map(Warning::reason).contains(Reason.SCALING);
    }

    @Test
    void stepThatFailsHoldsUpTheNextOne() {
        apply(scale(END_THROTTLE), scale(new ScaleStep.Unregister(Set.of(2))));

        assertThat(asked).hasValue(1);
    }

    @Test
    void podThatCouldNotBeResizedIsToldOf() {
        assertThat(apply(resize())).map(Warning::reason).contains(Reason.RESIZING);
    }

    private Optional<Warning> apply(BrokerClusterAction... actions) {
        var connections = new LocalConnections(() -> {
            asked.incrementAndGet();
            throw new FailureException(new Failure.BrokerUnavailable("nobody answers"), new ConnectException());
        });
        var cluster = Specs.cluster(SPEC);
        var clock = Clock.systemUTC();
        return new BrokerClusterApplier(refusing.client(), connections, new Events(refusing.client(), clock), clock)
                .apply(
                        cluster,
                        List.of(actions),
                        ObservedScene.of(List.of()).observed(),
                        Caches.of(cluster),
                        repair -> {});
    }

    private static BrokerClusterAction scale(ScaleStep step) {
        return new BrokerClusterAction.Scale(Specs.orders(SPEC), step);
    }

    private static BrokerClusterAction resize() {
        return new BrokerClusterAction.ResizePod(
                "orders-broker-0", new Resizing(List.of(new Given("log", true, new ResourceRequirements())), "r"));
    }

    /** Whoever comes to it is refused by Kubernetes, which is another failure. */
    private static BrokerClusterAction shrunken() {
        return new BrokerClusterAction.Ensure(new StatefulSetBuilder().build());
    }
}
