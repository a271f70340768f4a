package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A port clients connect to. */
@ApiType
@ValidationRule(
        value = "self.protocol == 'kafka' || !has(self.authentication) || self.authentication != 'none'",
        message = "AMQP and management listeners always authenticate: remove authentication or set it to scram")
@ValidationRule(
        value = "!has(self.authentication) || self.authentication != 'tls' || (has(self.tls) && self.tls)",
        message = "authentication: tls needs tls: true, for clients show their certificates while TLS begins")
@ValidationRule(
        value = "self.protocol != 'management' || !has(self.tls) || !self.tls || self.port != 15672",
        message = "management listeners with tls cannot have port 15672, where the operator connects: choose 15671")
@ValidationRule(
        value = "self.protocol != 'management' || !has(self.authentication) || self.authentication != 'tls'",
        message = "management listeners ask for a password: remove authentication or set it to scram")
@ValidationRule(
        value = "!(self.port in [9090, 9091, 9404, 9405, 25672])",
        message = "ports 9090, 9091, 9404, 9405 and 25672 are used inside the cluster; choose another port")
@ValidationRule(
        value = "!(self.name in ['nodes', 'broker', 'controller', 'admin'])",
        message = "the names nodes, broker, controller and admin are used inside the cluster; choose another name")
@ValidationRule(
        value = "!has(self.advertised) || (self.protocol == 'kafka' && has(self.type) && self.type != 'internal')",
        message =
                "advertised is what brokers tell Kafka clients outside: it needs protocol kafka and type nodeport or loadbalancer")
@ValidationRule(
        value = "!has(self.annotations) || (has(self.type) && self.type == 'loadbalancer')",
        message = "annotations are those of load balancers: they need type loadbalancer")
public record Listener(
        @Required
        @Size(min = 1, max = 12)
        @Pattern("^[a-z][a-z0-9]*$")
        @JsonPropertyDescription("Name of the listener; its Service is <cluster>-<name>.")
        String name,

        @Required @JsonPropertyDescription("kafka, amqp (0-9-1) or management (RabbitMQ's HTTP API).")
        ListenerProtocol protocol,

        @Required @Min(1024) @Max(65535) @JsonPropertyDescription("Port of the container and of the Service.")
        int port,

        @Default("internal")
        @JsonPropertyDescription(
                "internal: inside Kubernetes only; nodeport: also on every node's address; loadbalancer: also through load"
                        + " balancers of the cloud, for kafka one for each broker and one for all.")
        @Nullable
        ListenerType type,

        @Nullable
        @JsonPropertyDescription(
                "none, scram (a password) or tls (a certificate, with tls: true); default: none for kafka, scram for the others.")
        ListenerAuthentication authentication,

        @Nullable
        @JsonPropertyDescription(
                "true: clients speak TLS; the CA's certificate is in Secret <cluster>-ca-cert (default: false).")
        Boolean tls,

        @Nullable
        @JsonPropertyDescription(
                "Where clients outside reach each broker, where that is not what Kubernetes says: behind another address, by a name of your own.")
        Advertised advertised,

        @Nullable
        @JsonPropertyDescription(
                "Annotations of the Services of type LoadBalancer, by which clouds are told what kind it shall be.")
        Map<@Size(max = 316) String, @Size(max = 4096) String> annotations) {}
