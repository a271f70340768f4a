package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ContainerIntent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pod of a broker: container {@code log} starts first and stops last, {@code queues} runs beside it; and the pod of a dedicated
 * controller, which has {@code log} alone.
 */
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
        var pods = Names.brokerLabels(intent.name());
        return new PodTemplateSpecBuilder()
                .withMetadata(metadata(intent, pods, StartSettings.of(intent), restartAt))
                .withNewSpecLike(common(intent, pods))
                .withInitContainers(sidecars)
                .withContainers(containers)
                .withVolumes(volumes(intent))
                .endSpec()
                .build();
    }

    static PodTemplateSpec controller(BrokerClusterIntent intent, ContainerIntent log, String restartAt) {
        var pods = Names.controllerLabels(intent.name());
        return new PodTemplateSpecBuilder()
                .withMetadata(metadata(intent, pods, StartSettings.ofControllers(intent), restartAt))
                .withNewSpecLike(common(intent, pods))
                .withContainers(BrokerContainers.controller(intent, log))
                .withVolumes(volumesOfController(intent))
                .endSpec()
                .build();
    }

    private static PodSpec common(BrokerClusterIntent intent, Map<String, String> pods) {
        return new PodSpecBuilder()
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withAffinity(apart(pods))
                .withTopologySpreadConstraints(PodRack.spread(intent, pods))
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
                .build();
    }

    /** With what is read at start only: when it changes, pods restart. */
    private static ObjectMeta metadata(
            BrokerClusterIntent intent, Map<String, String> pods, Map<String, String> settings, String restartAt) {
        var labels = new HashMap<>(Names.labels(intent.name()));
        labels.putAll(pods);
        var annotations = new HashMap<String, String>();
        annotations.put(BrokerStatefulSet.CONFIG, StartSettings.text(settings));
        if (!restartAt.isEmpty()) {
            annotations.put(BrokerStatefulSet.RESTART_AT, restartAt);
        }
        return new ObjectMetaBuilder()
                .withLabels(labels)
                .withAnnotations(annotations)
                .build();
    }

    private static Affinity apart(Map<String, String> pods) {
        return new AffinityBuilder()
                .withNewPodAntiAffinity()
                .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                .withWeight(100)
                .withNewPodAffinityTerm()
                .withTopologyKey("kubernetes.io/hostname")
                .withNewLabelSelector()
                .withMatchLabels(pods)
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
        volumes.add(secret("tls", ClusterSecret.nodesName(cluster)));
        if (intent.queues()) {
            volumes.add(secret("admin", Services.adminName(cluster)));
        }
        volumes.add(temporary());
        return volumes;
    }

    /** It has no clients, and so no addresses; replicas lie elsewhere, and so it needs to know of no rack. */
    private static List<Volume> volumesOfController(BrokerClusterIntent intent) {
        var cluster = intent.name();
        return List.of(
                configMap("config", BrokerConfigMap.name(cluster)),
                configMap("quorum", QuorumConfigMap.name(cluster)),
                secret("tls", ClusterSecret.nodesName(cluster)),
                temporary());
    }

    private static Volume temporary() {
        return new VolumeBuilder()
                .withName("tmp")
                .withNewEmptyDir()
                .endEmptyDir()
                .build();
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
