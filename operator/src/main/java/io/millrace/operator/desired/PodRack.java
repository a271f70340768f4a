package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFileBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.millrace.operator.intent.BrokerClusterIntent;
import java.util.Map;

/**
 * How a broker learns which rack its pod is in ({@code docs/seams.md}): two files that follow the pod's metadata while it
 * runs. One is the topology label that Kubernetes copies from the node since 1.35, the other what the operator writes.
 */
public final class PodRack {

    /** Annotation of pods: the rack, or {@link #NONE}. */
    public static final String ANNOTATION = "millrace.io/rack";

    /** Says that the node has no such label, so that nobody waits. No label has this value. */
    public static final String NONE = "-";

    /** The volume that holds the files. Pods that were made without it need not be told anything. */
    public static final String VOLUME = "pod";

    static final String FOLDER = "/etc/millrace/pod";

    private PodRack() {}

    static Volume volume(BrokerClusterIntent intent) {
        return new VolumeBuilder()
                .withName(VOLUME)
                .withNewDownwardAPI()
                .withItems(
                        file("topology", "metadata.labels['%s']".formatted(intent.topologyKey())),
                        file("rack", "metadata.annotations['%s']".formatted(ANNOTATION)))
                .endDownwardAPI()
                .build();
    }

    /**
     * Spreads pods over racks as evenly as can be. ScheduleAnyway, for a broker in the wrong zone serves and one that waits
     * does not: there may be fewer zones than brokers, a zone without room, or one that is down. That brokers keep off each
     * other's nodes is said by anti-affinity and not here, because a node that lacks the label of one soft constraint
     * counts for none of them, and without zones brokers would share nodes.
     */
    static TopologySpreadConstraint spread(BrokerClusterIntent intent, Map<String, String> pods) {
        return new TopologySpreadConstraintBuilder()
                .withMaxSkew(1)
                .withTopologyKey(intent.topologyKey())
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withNewLabelSelector()
                .withMatchLabels(pods)
                .endLabelSelector()
                .build();
    }

    private static DownwardAPIVolumeFile file(String name, String field) {
        return new DownwardAPIVolumeFileBuilder()
                .withPath(name)
                .withNewFieldRef()
                .withApiVersion("v1")
                .withFieldPath(field)
                .endFieldRef()
                .build();
    }
}
