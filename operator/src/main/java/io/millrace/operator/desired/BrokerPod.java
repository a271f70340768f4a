package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.millrace.operator.intent.BrokerClusterIntent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pod of a broker: container {@code log} starts first and stops last, {@code queues} runs beside it. */
final class BrokerPod {

    /** The pod has this long to end; the queue layer takes at most half of it, the log keeps the rest. */
    private static final long GRACE_SECONDS = 120;

    private static final long USER = 10001;
    private static final int READ_ONLY = 0440;

    private BrokerPod() {}

    static PodTemplateSpec template(BrokerClusterIntent intent, String restartAt) {
        var log = BrokerContainers.log(intent);
        // A native sidecar needs a container to be a sidecar of.
        var sidecars = intent.queues() ? List.of(BrokerContainers.asSidecar(log)) : List.<Container>of();
        var containers = intent.queues() ? List.of(BrokerContainers.queues(intent)) : List.of(log);
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(labels(intent))
                .withAnnotations(annotations(intent, restartAt))
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withAffinity(apart(intent))
                .withTopologySpreadConstraints(PodRack.spread(intent))
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withFsGroup(USER)
                .withFsGroupChangePolicy("OnRootMismatch")
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withInitContainers(sidecars)
                .withContainers(containers)
                .withVolumes(volumes(intent))
                .endSpec()
                .build();
    }

    private static Map<String, String> labels(BrokerClusterIntent intent) {
        var labels = new HashMap<>(Names.labels(intent.name()));
        labels.putAll(Names.brokerLabels(intent.name()));
        return labels;
    }

    /** What is read at start only: when it changes, brokers restart. */
    private static Map<String, String> annotations(BrokerClusterIntent intent, String restartAt) {
        var annotations = new HashMap<String, String>();
        annotations.put(BrokerStatefulSet.CONFIG, StartSettings.text(intent));
        if (!restartAt.isEmpty()) {
            annotations.put(BrokerStatefulSet.RESTART_AT, restartAt);
        }
        return annotations;
    }

    private static Affinity apart(BrokerClusterIntent intent) {
        return new AffinityBuilder()
                .withNewPodAntiAffinity()
                .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                .withWeight(100)
                .withNewPodAffinityTerm()
                .withTopologyKey("kubernetes.io/hostname")
                .withNewLabelSelector()
                .withMatchLabels(Names.brokerLabels(intent.name()))
                .endLabelSelector()
                .endPodAffinityTerm()
                .endPreferredDuringSchedulingIgnoredDuringExecution()
                .endPodAntiAffinity()
                .build();
    }

    private static List<Volume> volumes(BrokerClusterIntent intent) {
        var cluster = intent.name();
        var volumes = new ArrayList<Volume>();
        volumes.add(configMap("config", BrokerConfigMap.name(cluster)));
        volumes.add(configMap("quorum", QuorumConfigMap.name(cluster)));
        volumes.add(configMap("addresses", AddressesConfigMap.name(cluster)));
        volumes.add(PodRack.volume(intent));
        volumes.add(secret("tls", cluster + "-nodes-tls"));
        if (intent.queues()) {
            volumes.add(secret("admin", cluster + "-admin"));
        }
        volumes.add(new VolumeBuilder()
                .withName("tmp")
                .withNewEmptyDir()
                .endEmptyDir()
                .build());
        return volumes;
    }

    private static Volume configMap(String name, String map) {
        return new VolumeBuilder()
                .withName(name)
                .withNewConfigMap()
                .withName(map)
                .endConfigMap()
                .build();
    }

    private static Volume secret(String name, String secret) {
        return new VolumeBuilder()
                .withName(name)
                .withNewSecret()
                .withSecretName(secret)
                .withDefaultMode(READ_ONLY)
                .endSecret()
                .build();
    }
}
