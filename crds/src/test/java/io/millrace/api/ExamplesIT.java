package io.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.kube.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The API server takes every example as it is, and drops no field of it. */
class ExamplesIT {

    private static final Path EXAMPLES = Path.of("../examples");

    @BeforeAll
    static void applyCrds() {
        ApiServer.shared().applyCrds(Path.of("target/crds"));
    }

    static Stream<Path> examples() throws IOException {
        try (var files = Files.walk(EXAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isTaken(Path example) throws IOException {
        var client = ApiServer.shared().client();
        var namespace = ApiServer.shared().newNamespace();
        try (var yaml = Files.newInputStream(example)) {
            var objects = client.load(yaml).items();
            assertThat(objects).isNotEmpty();
            for (var object : objects) {
                client.resource(object)
                        .inNamespace(namespace)
                        .fieldValidation(io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation.STRICT)
                        .create();
            }
        }
    }

    @Test
    void pageNamesEveryExample() throws IOException {
        var page = Files.readString(EXAMPLES.resolve("README.md"));
        assertThat(examples().toList()).hasSizeGreaterThan(15);
        assertThat(examples().filter(example -> !example.getParent().endsWith("quickstart")))
                .allMatch(example -> page.contains(example.getFileName().toString()));
    }
}
