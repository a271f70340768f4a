package io.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.DeletionPolicy;
import io.millrace.api.v1alpha1.Listener;
import io.millrace.api.v1alpha1.ListenerAuthentication;
import io.millrace.api.v1alpha1.ListenerProtocol;
import io.millrace.api.v1alpha1.ListenerType;
import io.millrace.api.v1alpha1.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CrdFilesTest {

    @Test
    void chartHoldsTheCrdsThatAreGeneratedFromTheKinds() throws IOException {
        var generated = files(Path.of("target/crds"));
        var shipped = files(Path.of("../helm-chart/templates/crds"));

        assertThat(generated).hasSize(6);
        assertThat(shipped)
                .as("refresh with: cp crds/target/crds/* helm-chart/templates/crds/")
                .isEqualTo(generated);
    }

    @Test
    void crdsHoldNothingThatHelmWouldTakeForATemplate() throws IOException {
        assertThat(files(Path.of("target/crds")).values()).noneMatch(text -> text.contains("{{"));
    }

    @Test
    void docsListTheFieldsThatAreInTheSchema() throws IOException {
        assertThat(Path.of("../docs/api-status.md"))
                .as("refresh with: cp crds/target/api-status.md docs/")
                .hasSameTextualContentAs(Path.of("target/api-status.md"));
    }

    @Test
    void specIsReadAsWritten() {
        var text = """
                apiVersion: millrace.io/v1alpha1
                kind: BrokerCluster
                metadata: {name: orders}
                spec:
                  replicas: 3
                  storage: {size: 1Gi, onDelete: Delete}
                  listeners:
                  - {name: kafka, protocol: kafka, port: 9092, type: nodeport, authentication: scram, tls: true}
                  aFieldOfTomorrow: 1
                """;

        var spec = Serialization.unmarshal(text, BrokerCluster.class).getSpec();

        assertThat(spec.storage()).isEqualTo(new Storage("1Gi", null, DeletionPolicy.Delete));
        assertThat(spec.listeners())
                .containsExactly(new Listener(
                        "kafka",
                        ListenerProtocol.KAFKA,
                        9092,
                        ListenerType.NODEPORT,
                        ListenerAuthentication.SCRAM,
                        true,
                        null,
                        null));
        assertThat(Serialization.asYaml(spec)).doesNotContain("management", "null");
    }

    private static Map<String, String> files(Path directory) throws IOException {
        var texts = new TreeMap<String, String>();
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return texts;
    }
}
