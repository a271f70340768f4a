package io.millrace.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.Catalogue;
import io.millrace.operator.intent.LiveQueueSettings;
import io.millrace.operator.intent.Parsed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the operator hands to the containers is what {@code docs/seams.md} lists: the broker's test reads the same page. */
class SeamsTest {

    private static final Pattern KEY = Pattern.compile("^\\| `(millrace\\.[^`]+)` \\|", Pattern.MULTILINE);

    /** A setting of the queue layer, and whether it is live. */
    private static final Pattern SETTING =
            Pattern.compile("^\\| `([a-z.]+)` \\|.*\\|.*\\| ?(live|) ?\\|$", Pattern.MULTILINE);

    /** A file of the pod, and the field that is in it. */
    private static final Pattern FILE = Pattern.compile("^\\| `([a-z]+)` \\| `([^`]+)` \\|", Pattern.MULTILINE);

    private final BrokerClusterIntent intent = intent();
    private final String page = page();

    @Test
    void everyKeyOfOursIsWrittenAndNoOther() {
        var written = Stream.concat(
                        BrokerConfigMap.log(intent).keySet().stream(), BrokerConfigMap.queues(intent).keySet().stream())
                .filter(key -> key.startsWith("millrace."))
                .map(key -> key.replace(".listener.kafka.", ".listener.<name>."))
                .collect(Collectors.toSet());
        var listed = KEY.matcher(page)
                .results()
                .map(match -> match.group(1))
                .filter(key -> !key.endsWith("*"))
                .collect(Collectors.toSet());

        assertThat(written).isEqualTo(listed);
    }

    @Test
    void liveSettingsOfTheQueueLayerAreThoseOfItsPage() throws IOException {
        var settings = Files.readString(Path.of("../docs/configuration.md"));
        var rows = SETTING.matcher(settings).results().toList();

        assertThat(rows).hasSizeGreaterThan(10).allSatisfy(row -> assertThat(
                        LiveQueueSettings.isLive(LiveQueueSettings.PREFIX + row.group(1)))
                .as(row.group(1))
                .isEqualTo("live".equals(row.group(2))));
    }

    @Test
    void everyFolderAndVariableIsListed() {
        var containers = Stream.of(BrokerContainers.log(intent), BrokerContainers.queues(intent))
                .toList();

        assertThat(containers.stream().flatMap((Container container) -> container.getEnv().stream()))
                .extracting(EnvVar::getName)
                .allMatch(page::contains);
        assertThat(containers.stream().flatMap(container -> container.getVolumeMounts().stream()))
                .extracting(VolumeMount::getMountPath)
                .filteredOn(path -> !path.equals("/tmp"))
                .allMatch(page::contains);
    }

    @Test
    void theFilesOfThePodAreThoseOfThePage() {
        var section = page.substring(page.indexOf("### `pod/`"));
        var listed = FILE.matcher(section.substring(0, section.indexOf("\n##")))
                .results()
                .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));

        var files = PodRack.volume(intent).getDownwardAPI().getItems().stream()
                .collect(Collectors.toMap(
                        DownwardAPIVolumeFile::getPath,
                        file -> file.getFieldRef().getFieldPath().replace(intent.topologyKey(), "<topologyKey>")));
        assertThat(files).isEqualTo(listed).hasSize(2);
    }

    @Test
    void brokersAreSpreadOverZonesAndRunWhereThereAreNone() {
        assertThat(BrokerPod.template(intent, "").getSpec().getTopologySpreadConstraints())
                .singleElement()
                .satisfies(spread -> {
                    assertThat(spread.getTopologyKey()).isEqualTo("topology.kubernetes.io/zone");
                    assertThat(spread.getWhenUnsatisfiable()).isEqualTo("ScheduleAnyway");
                });
        var own = Specs.orders("replicas: 3\nstorage: {size: 1Gi}\nrack: {topologyKey: example.com/rack}\n");
        assertThat(PodRack.spread(own, Map.of()).getTopologyKey()).isEqualTo("example.com/rack");
        assertThat(own.ofSize(1).topologyKey()).isEqualTo("example.com/rack");
    }

    @Test
    void podKeepsTheRestrictedStandard() {
        var pod = BrokerPod.template(intent, "").getSpec();

        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream()))
                .hasSize(2)
                .allMatch(container -> !container.getSecurityContext().getAllowPrivilegeEscalation())
                .allMatch(container -> container.getSecurityContext().getReadOnlyRootFilesystem())
                .allMatch(container -> container
                        .getSecurityContext()
                        .getCapabilities()
                        .getDrop()
                        .contains("ALL"));
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getInitContainers().getFirst().getRestartPolicy()).isEqualTo("Always");
    }

    private static BrokerClusterIntent intent() {
        var cluster = Serialization.unmarshal("""
                apiVersion: millrace.io/v1alpha1
                kind: BrokerCluster
                metadata: {name: orders, namespace: shop}
                spec:
                  replicas: 3
                  storage: {size: 1Gi}
                  listeners:
                  - {name: kafka, protocol: kafka, port: 9092}
                  - {name: amqp, protocol: amqp, port: 5672}
                  - {name: amqps, protocol: amqp, port: 5671, tls: true}
                  - {name: https, protocol: management, port: 15671, tls: true}
                """, BrokerCluster.class);
        if (BrokerClusterIntent.parse(cluster, Catalogue.parse("4.3.1=broker:1"))
                instanceof Parsed.Valid<BrokerClusterIntent>(var valid)) {
            return valid;
        }
        throw new AssertionError("the spec is valid");
    }

    private static String page() {
        try {
            return Files.readString(Path.of("../docs/seams.md"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
