package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.Exchange;
import io.millrace.operator.intent.ExchangeIntent;
import io.millrace.operator.plan.TopologyPlanner.Surroundings;
import io.millrace.operator.status.Reason;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopologyPlannerTest {

    private static final Map<String, Object> BY_TOPIC = Map.of("x-delayed-type", "topic");

    private static Plan<TopologyAction> plan(Optional<ExchangeFacts> found) {
        var exchange = Serialization.unmarshal("""
                apiVersion: millrace.io/v1alpha1
                kind: Exchange
                metadata: {name: later}
                spec: {cluster: {name: orders}, type: x-delayed-message, arguments: {x-delayed-type: topic}}
                """, Exchange.class);
        return TopologyPlanner.plan(
                ExchangeIntent.parse(exchange), found, new Surroundings(Set.of(), Set.of(), Set.of()), false);
    }

    private static Optional<ExchangeFacts> found(Map<String, Object> arguments) {
        return Optional.of(new ExchangeFacts("/", "later", "x-delayed-message", true, arguments));
    }

    @Test
    void anExchangeIsDeclaredWithItsArguments() {
        assertThat(plan(Optional.empty()).actions())
                .contains(new TopologyAction.DeclareExchange("/", "later", "x-delayed-message", BY_TOPIC));
    }

    @Test
    void oneThatIsThereMayHaveFurtherArguments() {
        var plan = plan(found(Map.of("x-delayed-type", "topic", "alternate-exchange", "rest")));

        assertThat(plan.actions()).isEmpty();
        assertThat(plan.standing().reason())
                .isEqualTo(plan(found(BY_TOPIC)).standing().reason());
    }

    @Test
    void oneWithOtherArgumentsIsLeftAlone() {
        var plan = plan(found(Map.of("x-delayed-type", "direct")));

        assertThat(plan.actions()).isEmpty();
        assertThat(plan.standing().reason()).isEqualTo(Reason.FORBIDDEN_CHANGE);
    }
}
