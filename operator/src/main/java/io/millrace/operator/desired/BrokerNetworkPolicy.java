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
 * NetworkPolicy {@code <cluster>-broker}: who may connect to which port of the brokers. Client listeners are for everybody; all else is
 * for those who need it. Probes come from the node, which no policy keeps out.
 */
public final class BrokerNetworkPolicy {

    /** Label of pods that may read the metrics; those of Prometheus may in any case. */
    public static final String METRICS_LABEL = "millrace.io/metrics";

    private BrokerNetworkPolicy() {}

    /** Makes it. */
    public static NetworkPolicy of(BrokerClusterIntent intent, OwnerReference owner) {
        return new NetworkPolicyBuilder()
                .withMetadata(Names.owned(intent, intent.name() + "-broker", owner))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(Names.brokerLabels(intent.name()))
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .withIngress(rules(intent))
                .endSpec()
                .build();
    }

    private static List<NetworkPolicyIngressRule> rules(BrokerClusterIntent intent) {
        var brokers = inNamespace(Names.brokerLabels(intent.name()));
        var operator =
                anywhere(Map.of("app.kubernetes.io/name", "millrace", "app.kubernetes.io/component", "operator"));
        var rules = new ArrayList<NetworkPolicyIngressRule>();
        rules.add(rule(
                List.of(),
                intent.listeners().stream().mapToInt(ListenerIntent::port).sorted()));
        rules.add(rule(List.of(brokers), intent.queues() ? IntStream.of(9090, 9091, 25672) : IntStream.of(9090, 9091)));
        rules.add(rule(
                List.of(operator),
                intent.queues() ? IntStream.of(9090, 9091, 25672, intent.managementPort()) : IntStream.of(9090, 9091)));
        rules.add(rule(
                List.of(
                        anywhere(Map.of(METRICS_LABEL, "true")),
                        anywhere(Map.of("app.kubernetes.io/name", "prometheus"))),
                intent.queues() ? IntStream.of(9404, 9405) : IntStream.of(9404)));
        return rules;
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
