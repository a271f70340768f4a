package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.millrace.api.v1alpha1.Api;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ControllersIntent;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Names and labels of what the operator makes for a cluster. */
public final class Names {

    /** Label that selects the pods of a cluster. */
    public static final String COMPONENT_LABEL = "app.kubernetes.io/component";

    private static final String CONTROLLER = "-controller";
    private static final String DISK = "data-";

    /** What the name of a node's pod adds to that of its cluster. */
    private static final Pattern NODE = Pattern.compile("-(broker|controller)-(0|[1-9][0-9]{0,2})");

    private Names() {}

    /** Returns the labels of everything of a cluster. */
    public static Map<String, String> labels(String cluster) {
        return Map.of(
                "app.kubernetes.io/name",
                "millrace",
                "app.kubernetes.io/instance",
                cluster,
                "app.kubernetes.io/managed-by",
                "millrace-operator",
                Api.CLUSTER_LABEL,
                cluster);
    }

    /** Returns the labels of the broker pods, which select them too. */
    public static Map<String, String> brokerLabels(String cluster) {
        return Map.of(Api.CLUSTER_LABEL, cluster, COMPONENT_LABEL, "broker");
    }

    /** Returns the labels of the pods of dedicated controllers, which select them too. */
    public static Map<String, String> controllerLabels(String cluster) {
        return Map.of(Api.CLUSTER_LABEL, cluster, COMPONENT_LABEL, "controller");
    }

    /** Returns the labels that select the pods of all nodes. */
    static Map<String, String> nodeLabels(BrokerClusterIntent intent) {
        return intent.dedicated().isPresent()
                ? Map.of(Api.CLUSTER_LABEL, intent.name(), "app.kubernetes.io/name", "millrace")
                : brokerLabels(intent.name());
    }

    /** Returns whether a pod of this name is a node of a cluster: labels alone do not say so, for they are easily copied. */
    public static boolean isNode(String cluster, String pod) {
        return pod.startsWith(cluster)
                && NODE.matcher(pod.substring(cluster.length())).matches();
    }

    /** Returns whether a claim of this name is the disk of a node of a cluster. */
    public static boolean isDisk(String cluster, String claim) {
        return claim.startsWith(DISK) && isNode(cluster, claim.substring(DISK.length()));
    }

    /** Returns the node id that the name of a pod, or of its disk, tells; it ends with {@code -broker-<n>} or {@code -controller-<n>}. */
    public static int node(String pod) {
        var dash = pod.lastIndexOf('-');
        var ordinal = Integer.parseInt(pod.substring(dash + 1));
        return pod.startsWith(CONTROLLER, dash - CONTROLLER.length()) ? ControllersIntent.FIRST_ID + ordinal : ordinal;
    }

    /** Metadata of an object that goes with its cluster. */
    static ObjectMeta owned(BrokerClusterIntent intent, String name, OwnerReference owner) {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(intent.namespace())
                .withLabels(labels(intent.name()))
                .withOwnerReferences(owner)
                .build();
    }

    /** Metadata of an object that is kept as long as the disks are. */
    static ObjectMeta keptWithDisks(BrokerClusterIntent intent, String name, OwnerReference owner) {
        return new ObjectMetaBuilder(owned(intent, name, owner))
                .withOwnerReferences(intent.keepDisks() ? List.of() : List.of(owner))
                .build();
    }
}
