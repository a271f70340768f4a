package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ListenerIntent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * NetworkPolicies {@code <cluster>-broker} and {@code <cluster>-controller}: who may connect to which port of the brokers, and of
 * dedicated controllers. Client listeners are for everybody; all else is for those who need it. Probes come from the node, which no
 * policy keeps out.
 */
public final class BrokerNetworkPolicy {

    /** Label of pods that may read the metrics; those of Prometheus may in any case. */
    public static final String METRICS_LABEL = "millrace.io/metrics";

    private static final int CONTROLLER = 9090;

    private BrokerNetworkPolicy() {}

    /** Makes that of the brokers. */
    public static NetworkPolicy of(BrokerClusterIntent intent, OwnerReference owner) {
        return policy(intent, BrokerStatefulSet.name(intent.name()), brokers(intent), rules(intent), owner);
    }

    /** Makes that of dedicated controllers. */
    public static NetworkPolicy ofControllers(BrokerClusterIntent intent, OwnerReference owner) {
        var rules = List.of(
                rule(List.of(inNamespace(brokers(intent)), inNamespace(controllers(intent))), IntStream.of(CONTROLLER)),
                rule(List.of(operator()), IntStream.of(CONTROLLER)),
                rule(scrapers(), IntStream.of(9404)));
        return policy(intent, ControllerStatefulSet.name(intent.name()), controllers(intent), rules, owner);
    }

    private static NetworkPolicy policy(
            BrokerClusterIntent intent,
            String name,
            Map<String, String> pods,
            List<NetworkPolicyIngressRule> rules,
            OwnerReference owner) {
        return new NetworkPolicyBuilder()
                .withMetadata(Names.owned(intent, name, owner))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(pods)
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .withIngress(rules)
                .endSpec()
                .build();
    }

    private static List<NetworkPolicyIngressRule> rules(BrokerClusterIntent intent) {
        var rules = new ArrayList<NetworkPolicyIngressRule>();
        rules.add(rule(
                List.of(),
                intent.listeners().stream().mapToInt(ListenerIntent::port).sorted()));
        rules.add(rule(List.of(inNamespace(brokers(intent))), inner(intent)));
        rules.add(rule(
                List.of(operator()),
                intent.queues()
                        ? IntStream.concat(inner(intent), IntStream.of(intent.managementPort()))
                        : inner(intent)));
        rules.add(rule(scrapers(), intent.queues() ? IntStream.of(9404, 9405) : IntStream.of(9404)));
        return rules;
    }

    /** Ports where nodes talk to each other. Dedicated controllers never connect to a broker. */
    private static IntStream inner(BrokerClusterIntent intent) {
        return IntStream.of(CONTROLLER, 9091, 25672)
                .filter(port -> port != CONTROLLER || intent.dedicated().isEmpty())
                .filter(port -> port != 25672 || intent.queues());
    }

    private static Map<String, String> brokers(BrokerClusterIntent intent) {
        return Names.brokerLabels(intent.name());
    }

    private static Map<String, String> controllers(BrokerClusterIntent intent) {
        return Names.controllerLabels(intent.name());
    }

    private static NetworkPolicyPeer operator() {
        return anywhere(Map.of("app.kubernetes.io/name", "millrace", "app.kubernetes.io/component", "operator"));
    }

    private static List<NetworkPolicyPeer> scrapers() {
        return List.of(
                anywhere(Map.of(METRICS_LABEL, "true")), anywhere(Map.of("app.kubernetes.io/name", "prometheus")));
    }

    /** Without peers a rule is for everybody. */
    private static NetworkPolicyIngressRule rule(List<NetworkPolicyPeer> from, IntStream ports) {
        return new NetworkPolicyIngressRuleBuilder()
                .withFrom(from)
                .withPorts(ports.mapToObj(BrokerNetworkPolicy::port).toList())
                .build();
    }

    private static NetworkPolicyPeer inNamespace(Map<String, String> labels) {
        return new NetworkPolicyPeerBuilder()
                .withNewPodSelector()
                .withMatchLabels(labels)
                .endPodSelector()
                .build();
    }

    private static NetworkPolicyPeer anywhere(Map<String, String> labels) {
        return new NetworkPolicyPeerBuilder(inNamespace(labels))
                .withNamespaceSelector(new LabelSelectorBuilder().build())
                .build();
    }

    private static NetworkPolicyPort port(int port) {
        return new NetworkPolicyPortBuilder()
                .withProtocol("TCP")
                .withPort(new IntOrString(port))
                .build();
    }
}
