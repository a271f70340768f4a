package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a user asks of a queue. */
@ApiType
@ValidationRule(
        value = "self.cluster == oldSelf.cluster",
        message = "spec.cluster cannot be changed: a queue does not move to another cluster")
@ValidationRule(
        value = "self.vhost == oldSelf.vhost",
        message = "spec.vhost cannot be changed: a queue does not move to another virtual host")
@ValidationRule(
        value = "has(self.queueName) == has(oldSelf.queueName)"
                + " && (!has(self.queueName) || self.queueName == oldSelf.queueName)",
        message = "spec.queueName cannot be changed: queues are not renamed")
@ValidationRule(
        value = "!has(self.queueName) || !self.queueName.startsWith('amq.')",
        message = "queue names that begin with amq. are reserved; choose another name")
@ValidationRule(
        value = "self.type == oldSelf.type && has(self.messageTtl) == has(oldSelf.messageTtl)"
                + " && (!has(self.messageTtl) || self.messageTtl == oldSelf.messageTtl)"
                + " && has(self.deadLetter) == has(oldSelf.deadLetter)"
                + " && (!has(self.deadLetter) || self.deadLetter == oldSelf.deadLetter)"
                + " && has(self.arguments) == has(oldSelf.arguments)"
                + " && (!has(self.arguments) || self.arguments == oldSelf.arguments)",
        message = "type, messageTtl, deadLetter and arguments of a queue cannot be changed yet:"
                + " make a new queue beside this one")
@ValidationRule(
        value = "!has(self.arguments) || !self.arguments.exists(k, k in ['x-queue-type', 'x-message-ttl',"
                + " 'x-dead-letter-exchange', 'x-dead-letter-routing-key'])",
        message = "spec.arguments may not hold x-queue-type, x-message-ttl or x-dead-letter-*:"
                + " use spec.type, spec.messageTtl and spec.deadLetter")
public record QueueSpec(
        @Required @JsonPropertyDescription("The cluster it lives on.")
        ClusterRef cluster,

        @Nullable @Default("\"/\"") @Size(min = 1, max = 128) @JsonPropertyDescription("Virtual host.")
        String vhost,

        @Nullable @Size(min = 1, max = 255) @JsonPropertyDescription("Name in AMQP (default: metadata.name).")
        String queueName,

        @Nullable @Default("quorum") @JsonPropertyDescription("quorum or classic.")
        QueueType type,

        @Nullable
        @Size(max = 20)
        @Pattern("^(0|[1-9][0-9]*(ms|s|m|h|d))$")
        @JsonPropertyDescription("Age after which messages go to the dead-letter exchange, or away: 500ms, 30s, 15m.")
        String messageTtl,

        @Nullable @JsonPropertyDescription("Where rejected and expired messages go.")
        DeadLetter deadLetter,

        @Nullable @Size(max = 32) @JsonPropertyDescription("Further arguments of queue.declare.")
        Map<String, IntOrString> arguments,

        @Nullable @Size(max = 64) @JsonPropertyDescription("What is routed into this queue.")
        List<Binding> bindings,

        @Nullable @Default("Manage") @JsonPropertyDescription("Manage, Observe (report only) or Paused.")
        Management management,

        @Nullable
        @Default("DeleteIfEmpty")
        @JsonPropertyDescription("What happens to the queue when this object is deleted.")
        QueueDeletionPolicy deletionPolicy) {}
