package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(60)
class NamespaceIT {
    @Test
    void aNamespaceGoesWithAllThatIsInIt() {
        var kube = new Kube("e2e-passing");
        kube.create();
        kube.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: BrokerCluster
                metadata: { name: passing }
                spec:
                  replicas: 1
                  storage: { size: 512Mi, onDelete: Delete }
                ---
                apiVersion: millrace.io/v1alpha1
                kind: Topic
                metadata: { name: passing }
                spec: { cluster: { name: passing } }
                ---
                apiVersion: millrace.io/v1alpha1
                kind: User
                metadata: { name: passing }
                spec: { cluster: { name: passing } }
                """);
        kube.awaitReady("BrokerCluster/passing", "Topic/passing", "User/passing");

        assertThat(kube.kubectl("", "delete", "namespace", kube.namespace(), "--timeout=120s")
                        .status())
                .isZero();

        await().atMost(Duration.ofSeconds(30))
                .until(() -> Kube.CLIENT.namespaces().withName(kube.namespace()).get() == null);
    }
}
