package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a user asks of an exchange. */
@ApiType
@ValidationRule(
        value = "self.cluster == oldSelf.cluster",
        message = "spec.cluster cannot be changed: an exchange does not move to another cluster")
@ValidationRule(
        value = "self.vhost == oldSelf.vhost",
        message = "spec.vhost cannot be changed: an exchange does not move to another virtual host")
@ValidationRule(
        value = "has(self.exchangeName) == has(oldSelf.exchangeName)"
                + " && (!has(self.exchangeName) || self.exchangeName == oldSelf.exchangeName)",
        message = "spec.exchangeName cannot be changed: exchanges are not renamed")
@ValidationRule(
        value = "!has(self.exchangeName) || !self.exchangeName.startsWith('amq.')",
        message = "exchange names that begin with amq. are reserved; choose another name")
@ValidationRule(
        value = "self.type == oldSelf.type",
        message = "spec.type of an exchange cannot be changed: make a new exchange beside this one")
@ValidationRule(
        value = "self.type != 'x-delayed-message' || (has(self.arguments) && 'x-delayed-type' in self.arguments)",
        message = "type x-delayed-message needs x-delayed-type among spec.arguments: the type by which it routes"
                + " after the delay, for example topic")
@ValidationRule(
        value = "has(self.arguments) == has(oldSelf.arguments)"
                + " && (!has(self.arguments) || self.arguments == oldSelf.arguments)",
        message = "spec.arguments of an exchange cannot be changed: make a new exchange beside this one")
public record ExchangeSpec(
        @Required @JsonPropertyDescription("The cluster it lives on.")
        ClusterRef cluster,

        @Nullable @Default("\"/\"") @Size(min = 1, max = 128) @JsonPropertyDescription("Virtual host.")
        String vhost,

        @Nullable @Size(min = 1, max = 255) @JsonPropertyDescription("Name in AMQP (default: metadata.name).")
        String exchangeName,

        @Required @JsonPropertyDescription("direct, topic, fanout or x-delayed-message.")
        ExchangeType type,

        @Nullable
        @Size(max = 32)
        @JsonPropertyDescription("Arguments of exchange.declare, as alternate-exchange and x-delayed-type.")
        Map<String, IntOrString> arguments,

        @Nullable @Size(max = 64) @JsonPropertyDescription("Other exchanges that route into this one.")
        List<Binding> bindings,

        @Nullable @Default("Manage") @JsonPropertyDescription("Manage, Observe (report only) or Paused.")
        Management management,

        @Nullable
        @Default("Delete")
        @JsonPropertyDescription("What happens to the exchange when this object is deleted.")
        DeletionPolicy deletionPolicy) {}
