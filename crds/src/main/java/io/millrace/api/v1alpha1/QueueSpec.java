package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
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
        value = "has(self.expires) == has(oldSelf.expires)"
                + " && (!has(self.expires) || self.expires == oldSelf.expires)"
                + " && has(self.maxLength) == has(oldSelf.maxLength)"
                + " && (!has(self.maxLength) || self.maxLength == oldSelf.maxLength)"
                + " && has(self.overflow) == has(oldSelf.overflow)"
                + " && (!has(self.overflow) || self.overflow == oldSelf.overflow)"
                + " && has(self.deliveryLimit) == has(oldSelf.deliveryLimit)"
                + " && (!has(self.deliveryLimit) || self.deliveryLimit == oldSelf.deliveryLimit)"
                + " && has(self.singleActiveConsumer) == has(oldSelf.singleActiveConsumer)"
                + " && (!has(self.singleActiveConsumer)"
                + " || self.singleActiveConsumer == oldSelf.singleActiveConsumer)",
        message = "expires, maxLength, overflow, deliveryLimit and singleActiveConsumer of a queue"
                + " cannot be changed yet: make a new queue beside this one")
@ValidationRule(
        value = "!has(self.deliveryLimit) || self.type == 'quorum'",
        message = "spec.deliveryLimit needs type quorum; classic queues do not count deliveries")
@ValidationRule(
        value = "!has(self.overflow) || self.overflow != 'reject-publish-dlx' || self.type == 'classic'",
        message = "overflow reject-publish-dlx needs type classic; use reject-publish or drop-head")
@ValidationRule(
        value = "!has(self.overflow) || has(self.maxLength)",
        message = "spec.overflow needs spec.maxLength: without a limit nothing overflows")
@ValidationRule(
        value = "!has(self.arguments) || !self.arguments.exists(k, k in ['x-queue-type', 'x-message-ttl',"
                + " 'x-dead-letter-exchange', 'x-dead-letter-routing-key', 'x-expires', 'x-max-length',"
                + " 'x-overflow', 'x-delivery-limit', 'x-single-active-consumer'])",
        message = "spec.arguments may not hold what has a field of its own: use spec.type, messageTtl, expires,"
                + " deadLetter, maxLength, overflow, deliveryLimit and singleActiveConsumer")
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

        @Nullable
        @Size(max = 20)
        @Pattern("^[1-9][0-9]*(ms|s|m|h|d)$")
        @JsonPropertyDescription(
                "The queue is deleted after this time without consumers, declarations and basic.get:" + " 30m, 7d.")
        String expires,

        @Nullable @JsonPropertyDescription("Where rejected and expired messages go.")
        DeadLetter deadLetter,

        @Nullable @Min(1) @JsonPropertyDescription("Messages ready at most.")
        Long maxLength,

        @Nullable
        @JsonPropertyDescription(
                "What gives way at the limit: the oldest message (drop-head, the default) or the new one"
                        + " (reject-publish, or reject-publish-dlx: to the dead-letter exchange).")
        Overflow overflow,

        @Nullable
        @Min(0)
        @JsonPropertyDescription("Failed deliveries after which a message is dead-lettered or dropped (default: 20).")
        Integer deliveryLimit,

        @Nullable @JsonPropertyDescription("Serves one consumer at a time, the next when it goes (default: false).")
        Boolean singleActiveConsumer,

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
