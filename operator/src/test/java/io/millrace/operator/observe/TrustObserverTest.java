package io.millrace.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.User;
import io.millrace.operator.fixture.Specs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustObserverTest {

    private static final BrokerCluster ORDERS = Specs.cluster("replicas: 1\nstorage: {size: 1Gi}");

    @Test
    void secretOfAUserOfTheClusterIsWaitedFor() {
        assertThat(TrustObserver.relies(user("cluster: {name: orders}"), ORDERS))
                .isTrue();
        assertThat(TrustObserver.relies(user("cluster: {name: orders}\nmanagement: Manage"), ORDERS))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Paused", "Observe"})
    void secretThatNobodyWritesIsNotWaitedFor(String management) {
        assertThat(TrustObserver.relies(user("cluster: {name: orders}\nmanagement: " + management), ORDERS))
                .isFalse();
    }

    @Test
    void secretOfAUserOfAnotherClusterIsNotWaitedFor() {
        assertThat(TrustObserver.relies(user("cluster: {name: others}"), ORDERS))
                .isFalse();
        assertThat(TrustObserver.relies(user("cluster: {name: orders, namespace: elsewhere}"), ORDERS))
                .isFalse();
    }

    private static User user(String spec) {
        return Serialization.unmarshal("""
                apiVersion: millrace.io/v1alpha1
                kind: User
                metadata: {name: payments, namespace: shop}
                spec:
                %s
                """.formatted(spec.indent(2)), User.class);
    }
}
