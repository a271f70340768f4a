package io.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.kube.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Applies a bad object for each rule to a real API server and reads the answer. */
class CrdRulesIT {

    private static final Path CASES = Path.of("src/test/resources/rules");
    private static String namespace = "";

    @BeforeAll
    static void applyCrds() {
        ApiServer.shared().applyCrds(Path.of("target/crds"));
        namespace = ApiServer.shared().newNamespace();
    }

    /** Each file: an optional good object, then a bad one; the comment at its top is part of the answer to it. */
    static Stream<String> cases() throws IOException {
        try (var files = Files.list(CASES)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isRefusedWithASentence(String name) throws IOException {
        var text = Files.readString(CASES.resolve(name));
        var sentence = text.lines().findFirst().orElseThrow().substring("# ".length());
        var documents = documents(text);
        for (var good : documents.subList(0, documents.size() - 1)) {
            apply(good);
        }

        assertThatThrownBy(() -> apply(documents.getLast()))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void everyRuleHasACase() throws IOException {
        var sentences = new TreeSet<String>();
        for (var name : cases().toList()) {
            sentences.add(Files.readString(CASES.resolve(name))
                    .lines()
                    .findFirst()
                    .orElseThrow()
                    .substring("# ".length()));
        }

        assertThat(rules()).hasSizeGreaterThan(30).isSubsetOf(sentences);
    }

    @Test
    void readyIsUnknownBeforeTheOperatorHasSeenAnObject() {
        var topic = apply("""
                apiVersion: millrace.io/v1alpha1
                kind: Topic
                metadata: {name: fresh}
                spec: {cluster: {name: orders}}
                """);

        assertThat(topic.<String>get("status", "conditions", 0, "status")).isEqualTo("Unknown");
        assertThat(topic.<String>get("status", "conditions", 0, "reason")).isEqualTo("Pending");
    }

    private static Set<String> rules() throws IOException {
        var messages = new TreeSet<String>();
        try (var files = Files.list(Path.of("target/crds"))) {
            for (var file : files.toList()) {
                collect(Serialization.unmarshal(Files.readString(file), Map.class), messages);
            }
        }
        return messages;
    }

    private static void collect(Object node, Set<String> messages) {
        if (node instanceof Map<?, ?> map) {
            if (map.containsKey("rule")) {
                messages.add(String.valueOf(map.get("message")));
            }
            map.values().forEach(value -> collect(value, messages));
        } else if (node instanceof List<?> list) {
            list.forEach(value -> collect(value, messages));
        }
    }

    private static List<String> documents(String text) {
        return Arrays.stream(text.split("(?m)^---$"))
                .filter(document -> document.contains("kind:"))
                .toList();
    }

    private static GenericKubernetesResource apply(String yaml) {
        HasMetadata object = Serialization.unmarshal(yaml, GenericKubernetesResource.class);
        object.getMetadata().setNamespace(namespace);
        return (GenericKubernetesResource) ApiServer.shared()
                .client()
                .resource(object)
                .inNamespace(namespace)
                .fieldManager("test")
                .forceConflicts()
                .serverSideApply();
    }
}
