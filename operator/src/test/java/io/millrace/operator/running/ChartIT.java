package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.operator.fixture.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart renders to; the CRDs among it are compared in module {@code crds}. */
class ChartIT {

    private static final Path CASES = Path.of("src/test/resources/chart");
    private static final Path RENDERED = Path.of("target/chart");

    @Test
    void passesHelmsLint() {
        var said = Helm.run("lint", "--strict", Helm.CHART);

        assertThat(said.status()).as(said.text()).isZero();
        assertThat(said.text()).contains("0 chart(s) failed");
    }

    @Test
    void monitorsRulesAndDashboardsComeIfAskedFor() throws IOException {
        var rendered = Helm.template(
                "messaging",
                "--set",
                "monitoring.enabled=true,monitoring.dashboards=true,monitoring.labels.release=prometheus",
                "--show-only",
                "templates/monitoring.yaml");

        var objects = Stream.of(rendered.split("(?m)^---$", -1))
                .filter(document -> document.contains("kind:"))
                .map(document -> Serialization.unmarshal(document, GenericKubernetesResource.class))
                .collect(Collectors.groupingBy(GenericKubernetesResource::getKind));
        assertThat(objects).containsOnlyKeys("PodMonitor", "ServiceMonitor", "PrometheusRule", "ConfigMap");
        var rule = objects.get("PrometheusRule").getFirst();
        assertThat(rule.getMetadata().getLabels()).containsEntry("release", "prometheus");
        assertThat(rule.<Map<String, Object>>get("spec"))
                .isEqualTo(Serialization.unmarshal(
                        Files.readString(Path.of(Helm.CHART, "monitoring", "alerts.yaml")), Map.class));
        assertThat(objects.get("ConfigMap")).hasSize(5).allSatisfy(map -> {
            Map<String, String> data = map.get("data");
            assertThat(data.values()).singleElement().asString().contains("\"panels\"", "${datasource}");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "tuned"})
    void rendersToWhatIsCheckedIn(String name) throws IOException {
        var rendered = Helm.template(
                "messaging",
                "--values",
                CASES.resolve(name + "-values.yaml").toString(),
                "--show-only",
                "templates/deployment.yaml",
                "--show-only",
                "templates/rbac.yaml",
                "--show-only",
                "templates/service.yaml");
        Files.createDirectories(RENDERED);
        Files.writeString(RENDERED.resolve(name + ".yaml"), rendered);

        assertThat(rendered)
                .as("refresh with: cp operator/target/chart/*.yaml operator/src/test/resources/chart/")
                .isEqualTo(Files.readString(CASES.resolve(name + ".yaml")));
    }
}
