package io.millrace.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.Catalogue;
import io.millrace.operator.intent.Parsed;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutsideTest {

    private static final Outside CLOUD = new Outside(
            Set.of("192.0.2.7"),
            Map.of("out", 31000, "out.0", 31001, "out.1", 31002),
            Map.of("out", "all.example.net", "out.0", "198.51.100.1", "out.1", "2001:db8::1"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nodeport     |                                                     | node-ip:31001            | node-ip:31002
            loadbalancer |                                                     | 198.51.100.1:9094        | [2001:db8::1]:9094
            loadbalancer | {hostTemplate: 'b{node}.example.com'}               | b0.example.com:9094      | b1.example.com:9094
            loadbalancer | {portTemplate: '1909{node}'}                        | 198.51.100.1:19090       | [2001:db8::1]:19091
            nodeport     | {hostTemplate: kafka.example.com}                   | kafka.example.com:31001  | kafka.example.com:31002
            nodeport     | {hostTemplate: kafka.example.com, portTemplate: '1909{node}'} | kafka.example.com:19090 | kafka.example.com:19091
            """)
    void brokersAdvertiseWhatTheSpecSaysAndElseWhatTheCloudDid(
            String type, @Nullable String advertised, String first, String second) {
        var intent = intent(type, advertised);

        assertThat(CLOUD.rows(intent)).isEqualTo(Map.of("out.0", first, "out.1", second));
        assertThat(CLOUD.missing(intent)).isEmpty();
    }

    @Test
    void aBrokerWithoutALoadBalancerHasNoAddressUnlessTheSpecGivesOne() {
        var half = new Outside(Set.of(), Map.of("out.1", 31002), Map.of("out.0", "198.51.100.1"));

        assertThat(half.missing(intent("loadbalancer", null))).containsExactly("orders-out-1");
        assertThat(half.missing(intent("nodeport", null))).containsExactly("orders-out-0");
        assertThat(half.missing(intent("internal", null))).isEmpty();
        assertThat(Outside.UNKNOWN.missing(intent("loadbalancer", "{hostTemplate: 'b{node}.example.com'}")))
                .isEmpty();
    }

    @Test
    void clientsOutsideBeginAtTheBalancerOrAtAnyNode() {
        var node = Optional.of("192.0.2.7");

        assertThat(bootstrap("loadbalancer", node)).contains("all.example.net:9094");
        assertThat(bootstrap("nodeport", node)).contains("192.0.2.7:31000");
        assertThat(bootstrap("nodeport", Optional.empty())).isEmpty();
        assertThat(bootstrap("internal", node)).isEmpty();
    }

    @Test
    void certificatesNameWhateverClientsConnectTo() {
        var wish = CertificateWish.node(intent("loadbalancer", "{hostTemplate: 'b{node}.example.com'}"), 1, CLOUD);

        assertThat(wish.hosts()).contains("all.example.net", "b1.example.com").doesNotContain("b0.example.com");
        assertThat(wish.addresses()).containsExactly("2001:db8::1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            loadbalancer | {hostTemplate: kafka.example.com}                            | the same address
            nodeport     | {portTemplate: '9094'}                                       | the same address
            loadbalancer | {hostTemplate: 'b{node}.example.com', portTemplate: '70000'} | no port
            nodeport     | {portTemplate: '0{node}'}                                    | 00 of broker 0
            """)
    void addressesThatCannotBeAreRefused(String type, @Nullable String advertised, String why) {
        assertThat(parse(type, advertised))
                .isInstanceOfSatisfying(Parsed.Invalid.class, invalid -> assertThat(invalid.problem())
                        .startsWith("listener out: advertised")
                        .contains(why));
    }

    private static Optional<String> bootstrap(String type, Optional<String> node) {
        return CLOUD.bootstrap(intent(type, null).listeners().getFirst(), node);
    }

    private static BrokerClusterIntent intent(String type, @Nullable String advertised) {
        return parse(type, advertised) instanceof Parsed.Valid<BrokerClusterIntent>(var intent)
                ? intent
                : fail("the spec is refused");
    }

    private static Parsed<BrokerClusterIntent> parse(String type, @Nullable String advertised) {
        var cluster = Serialization.unmarshal(
                """
                apiVersion: millrace.io/v1alpha1
                kind: BrokerCluster
                metadata: {name: orders, namespace: shop}
                spec:
                  replicas: 2
                  storage: {size: 1Gi}
                  listeners:
                  - name: out
                    protocol: kafka
                    port: 9094
                    tls: true
                    type: %s
                    %s
                """.formatted(type, advertised == null ? "" : "advertised: " + advertised), BrokerCluster.class);
        return BrokerClusterIntent.parse(cluster, Catalogue.parse("4.3.1=broker:1"));
    }
}
