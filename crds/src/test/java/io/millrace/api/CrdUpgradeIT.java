package io.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.ConsumerGroup;
import io.millrace.api.v1alpha1.Exchange;
import io.millrace.api.v1alpha1.Queue;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.api.v1alpha1.User;
import io.millrace.kube.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Objects that were stored under an earlier schema ({@code former/crds}) outlive today's CRDs. The next release of the chart takes its CRDs into that folder, and objects
 * that use what they brought into the file beside it.
 */
class CrdUpgradeIT {

    private static final Path FORMER = Path.of("src/test/resources/former");
    private static final List<Class<? extends CustomResource<?, ?>>> KINDS =
            List.of(BrokerCluster.class, Topic.class, Queue.class, Exchange.class, ConsumerGroup.class, User.class);

    private final KubernetesClient client = ApiServer.shared().client();
    private final String namespace = ApiServer.shared().newNamespace();

    @Test
    void storedObjectsAreThereValidAndReadable() throws IOException {
        ApiServer.shared().applyCrds(FORMER.resolve("crds"));
        var stored = objects().map(this::create).toList();
        assertThat(stored).hasSameSizeAs(KINDS);
        var told = tell();

        ApiServer.shared().applyCrds(Path.of("target/crds"));
        // What the new schema fills in shows that it is the one in force.
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> "auto"
                .equals(read(stored.getFirst()).get("spec", "metadataVersion")));

        for (var object : stored) {
            var now = read(object);
            assertThat(now.getMetadata().getUid())
                    .isEqualTo(object.getMetadata().getUid());
            assertThat(now.<Map<String, Object>>get("spec")).containsAllEntriesOf(object.get("spec"));
            now.getMetadata().setLabels(Map.of("touched", "yes"));
            assertThat(client.resource(now)
                            .inNamespace(namespace)
                            .update()
                            .getMetadata()
                            .getLabels())
                    .as("it is still valid")
                    .containsEntry("touched", "yes");
        }
        for (var kind : KINDS) {
            assertThat(client.resources(kind)
                            .inNamespace(namespace)
                            .withName("former")
                            .get()
                            .getSpec())
                    .as(kind.getSimpleName())
                    .isNotNull();
        }
        var cluster = client.resources(BrokerCluster.class)
                .inNamespace(namespace)
                .withName("former")
                .get();
        assertThat(cluster.getSpec().version()).isEqualTo("4.3.1");
        assertThat(cluster.getStatus()).isEqualTo(told.getStatus());
    }

    /** What the operator had said of a cluster. */
    private BrokerCluster tell() {
        var ready = new Condition("Ready", "True", "Ready", "3 of 3", 1L, "2026-01-01T00:00:00Z");
        var said = Serialization.asJson(Map.of("conditions", List.of(ready), "version", "4.3.1", "state", "Ready"));
        return client.resources(BrokerCluster.class)
                .inNamespace(namespace)
                .withName("former")
                .editStatus(cluster -> {
                    cluster.setStatus(Serialization.unmarshal(said, BrokerClusterStatus.class));
                    return cluster;
                });
    }

    private static Stream<GenericKubernetesResource> objects() throws IOException {
        return Arrays.stream(Files.readString(FORMER.resolve("objects.yaml")).split("(?m)^---$"))
                .map(document -> Serialization.unmarshal(document, GenericKubernetesResource.class));
    }

    private GenericKubernetesResource create(GenericKubernetesResource object) {
        return client.resource(object).inNamespace(namespace).create();
    }

    private GenericKubernetesResource read(GenericKubernetesResource object) {
        return client.genericKubernetesResources(object.getApiVersion(), object.getKind())
                .inNamespace(namespace)
                .withName("former")
                .get();
    }
}
