package io.millrace.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.operator.fixture.Specs;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may connect where, by the rules as the API server gets them, read as Kubernetes documents them. */
class BrokerNetworkPolicyTest {

    private static final String BROKER = "shop millrace.io/cluster=orders app.kubernetes.io/component=broker";
    private static final String BROKER_OF_ANOTHER = "shop millrace.io/cluster=other app.kubernetes.io/component=broker";
    private static final String NAMESAKE = "else millrace.io/cluster=orders app.kubernetes.io/component=broker";
    private static final String OPERATOR =
            "millrace app.kubernetes.io/name=millrace app.kubernetes.io/component=operator";
    private static final String PROMETHEUS = "monitoring app.kubernetes.io/name=prometheus";
    private static final String SCRAPER = "monitoring millrace.io/metrics=true";
    private static final String APPLICATION = "shop app=invoices";

    private static final String LISTENERS = """
            replicas: 3
            storage: {size: 1Gi}
            listeners:
            - {name: inside, protocol: kafka, port: 9092}
            - {name: outside, protocol: kafka, port: 9094, type: nodeport, tls: true, authentication: scram}
            - {name: amqps, protocol: amqp, port: 5671, tls: true}
            """;
    private static final String NO_QUEUES = """
            replicas: 3
            storage: {size: 1Gi}
            queues: {enabled: false}
            """;
    private static final String DEDICATED = """
            replicas: 3
            storage: {size: 1Gi}
            controllers: {replicas: 3, storage: {size: 1Gi}}
            """;
    private static final String CONTROLLER = "shop millrace.io/cluster=orders app.kubernetes.io/component=controller";
    private static final String USUAL = "{replicas: 3, storage: {size: 1Gi}}";

    static Stream<Arguments> table() {
        return Stream.of(
                Arguments.of(LISTENERS, APPLICATION, Set.of(9092, 9094, 5671)),
                Arguments.of(LISTENERS, NAMESAKE, Set.of(9092, 9094, 5671)),
                Arguments.of(LISTENERS, BROKER_OF_ANOTHER, Set.of(9092, 9094, 5671)),
                Arguments.of(LISTENERS, BROKER, Set.of(9092, 9094, 5671, 9090, 9091, 25672)),
                Arguments.of(LISTENERS, OPERATOR, Set.of(9092, 9094, 5671, 9090, 9091, 25672, 15672)),
                Arguments.of(LISTENERS, PROMETHEUS, Set.of(9092, 9094, 5671, 9404, 9405)),
                Arguments.of(LISTENERS, SCRAPER, Set.of(9092, 9094, 5671, 9404, 9405)),
                Arguments.of(DEDICATED, BROKER, Set.of(9092, 5672, 15672, 9091, 25672)),
                Arguments.of(DEDICATED, CONTROLLER, Set.of(9092, 5672, 15672)),
                Arguments.of(DEDICATED, OPERATOR, Set.of(9092, 5672, 15672, 9091, 25672)),
                Arguments.of(USUAL, APPLICATION, Set.of(9092, 5672, 15672)),
                Arguments.of(NO_QUEUES, APPLICATION, Set.of(9092)),
                Arguments.of(NO_QUEUES, BROKER, Set.of(9092, 9090, 9091)),
                Arguments.of(NO_QUEUES, OPERATOR, Set.of(9092, 9090, 9091)),
                Arguments.of(NO_QUEUES, PROMETHEUS, Set.of(9092, 9404)));
    }

    @ParameterizedTest
    @MethodSource("table")
    void portsAreOpenToThoseWhoNeedThem(String spec, String pod, Set<Integer> open) {
        var policy = rendered(spec);

        assertThat(openPorts(policy, pod)).containsExactlyElementsOf(new TreeSet<>(open));
    }

    private static List<Integer> openPorts(JsonNode policy, String pod) {
        return IntStream.rangeClosed(1, 65535)
                .filter(port -> isOpen(policy, pod, port))
                .boxed()
                .toList();
    }

    static Stream<Arguments> ofControllers() {
        return Stream.of(
                Arguments.of(BROKER, Set.of(9090)),
                Arguments.of(CONTROLLER, Set.of(9090)),
                Arguments.of(OPERATOR, Set.of(9090)),
                Arguments.of(PROMETHEUS, Set.of(9404)),
                Arguments.of(SCRAPER, Set.of(9404)),
                Arguments.of(BROKER_OF_ANOTHER, Set.of()),
                Arguments.of(NAMESAKE, Set.of()),
                Arguments.of(APPLICATION, Set.of()));
    }

    @ParameterizedTest
    @MethodSource("ofControllers")
    void controllersAreOpenToNodesAndTheOperator(String pod, Set<Integer> open) {
        var policy = json(BrokerNetworkPolicy.ofControllers(Specs.orders(DEDICATED), new OwnerReference()));

        assertThat(openPorts(policy, pod)).containsExactlyElementsOf(new TreeSet<>(open));
    }

    @Test
    void itIsAboutTheBrokersOfTheClusterAndWhatComesIn() {
        var spec = rendered(USUAL).path("spec");

        assertThat(spec.path("policyTypes").toString()).isEqualTo("[\"Ingress\"]");
        assertThat(spec.path("podSelector").path("matchLabels").toString())
                .contains("\"millrace.io/cluster\":\"orders\"", "\"app.kubernetes.io/component\":\"broker\"");
    }

    private static JsonNode rendered(String spec) {
        return json(BrokerNetworkPolicy.of(Specs.orders(spec), new OwnerReference()));
    }

    private static JsonNode json(NetworkPolicy policy) {
        return Serialization.unmarshal(Serialization.asJson(policy), JsonNode.class);
    }

    private static boolean isOpen(JsonNode policy, String pod, int port) {
        for (var rule : policy.path("spec").path("ingress")) {
            var ports = new ArrayList<Integer>();
            rule.path("ports").forEach(one -> ports.add(one.path("port").asInt()));
            var from = rule.path("from");
            var everybody = from.isMissingNode() || from.isEmpty();
            if ((ports.isEmpty() || ports.contains(port)) && (everybody || anyMatches(from, pod))) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyMatches(JsonNode from, String pod) {
        var parts = List.of(pod.split(" ", -1));
        for (var peer : from) {
            // Without a selector of namespaces only the policy's own is meant.
            var inNamespace = peer.has("namespaceSelector") || parts.getFirst().equals("shop");
            var labels = new ArrayList<String>();
            peer.path("podSelector")
                    .path("matchLabels")
                    .properties()
                    .forEach(label ->
                            labels.add(label.getKey() + "=" + label.getValue().asText()));
            if (inNamespace && parts.containsAll(labels)) {
                return true;
            }
        }
        return false;
    }
}
