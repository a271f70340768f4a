package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
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
        value = "(self.type == 'stream') == (oldSelf.type == 'stream')",
        message = "a stream keeps what was read and a queue does not, so none becomes the other:"
                + " make a new queue beside this one")
@ValidationRule(
        value = "self.type != 'stream' || (has(self.maxLengthBytes) == has(oldSelf.maxLengthBytes)"
                + " && (!has(self.maxLengthBytes) || self.maxLengthBytes == oldSelf.maxLengthBytes)"
                + " && has(self.arguments) == has(oldSelf.arguments)"
                + " && (!has(self.arguments) || self.arguments == oldSelf.arguments))",
        message = "maxLengthBytes and arguments of a stream cannot be changed: limit it by a policy,"
                + " or make a new stream beside this one")
@ValidationRule(
        value = "self.type != 'stream' || !(has(self.messageTtl) || has(self.expires) || has(self.deadLetter)"
                + " || has(self.maxLength) || has(self.overflow) || has(self.singleActiveConsumer)"
                + " || has(self.consumerTimeout) || has(self.deduplication) || has(self.replay))",
        message = "of the limits, a stream has only spec.maxLengthBytes, and x-max-age among spec.arguments:"
                + " nothing leaves it but by size and age")
@ValidationRule(
        value = "!has(self.maxPriority) || self.type == 'classic'",
        message = "spec.maxPriority needs type classic; quorum queues take no notice of priorities")
@ValidationRule(
        value = "has(self.shards) == has(oldSelf.shards)",
        message = "spec.shards can be changed, but neither added nor removed: what is in the queue was put in order by"
                + " key, or was not; make a new queue beside this one")
@ValidationRule(
        value = "!has(self.shards) || !(has(self.maxPriority) || self.type == 'stream')",
        message = "spec.shards needs type classic or quorum and no spec.maxPriority:"
                + " a queue goes by group keys or by priorities")
@ValidationRule(
        value = "!has(self.deliveryLimit) || self.type == 'quorum'",
        message = "spec.deliveryLimit needs type quorum; classic queues do not count deliveries")
@ValidationRule(
        value = "!has(self.deadLetter) || !has(self.deadLetter.strategy) || self.type == 'quorum'",
        message =
                "spec.deadLetter.strategy needs type quorum, as in RabbitMQ; classic queues dead-letter at least once")
@ValidationRule(
        value = "!has(self.overflow) || self.overflow != 'reject-publish-dlx' || self.type == 'classic'",
        message = "overflow reject-publish-dlx needs type classic; use reject-publish or drop-head")
@ValidationRule(
        value = "!has(self.overflow) || has(self.maxLength) || has(self.maxLengthBytes)",
        message = "spec.overflow needs spec.maxLength or maxLengthBytes: without a limit nothing overflows")
@ValidationRule(
        value = "!has(self.arguments) || !self.arguments.exists(k, k in ['x-queue-type', 'x-message-ttl',"
                + " 'x-dead-letter-exchange', 'x-dead-letter-routing-key', 'x-dead-letter-strategy', 'x-expires', 'x-max-length',"
                + " 'x-overflow', 'x-delivery-limit', 'x-single-active-consumer', 'x-max-length-bytes',"
                + " 'x-max-priority', 'x-consumer-timeout', 'x-deduplication-window', 'x-kafka-retention',"
                + " 'x-shards'])",
        message = "spec.arguments may not hold what has a field of its own: use spec.type, messageTtl, expires,"
                + " deadLetter, maxLength, maxLengthBytes, overflow, deliveryLimit, maxPriority, singleActiveConsumer,"
                + " consumerTimeout, deduplication, replay and shards")
@ValidationRule(
        value = "!has(self.rewind) || has(self.replay)",
        message = "spec.rewind needs spec.replay: without it the queue keeps nothing that could be gone back to")
public record QueueSpec(
        @Required @JsonPropertyDescription("The cluster it lives on.")
        ClusterRef cluster,

        @Nullable @Default("\"/\"") @Size(min = 1, max = 128) @JsonPropertyDescription("Virtual host.")
        String vhost,

        @Nullable @Size(min = 1, max = 255) @JsonPropertyDescription("Name in AMQP (default: metadata.name).")
        String queueName,

        @Nullable
        @Default("quorum")
        @JsonPropertyDescription("quorum, classic, or stream: read by many, emptied by none.")
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

        @Nullable @Min(1) @JsonPropertyDescription("Bytes of the bodies of messages ready at most.")
        Long maxLengthBytes,

        @Nullable
        @JsonPropertyDescription(
                "What gives way at the limit: the oldest message (drop-head, the default) or the new one"
                        + " (reject-publish, or reject-publish-dlx: to the dead-letter exchange).")
        Overflow overflow,

        @Nullable
        @Min(0)
        @JsonPropertyDescription("Failed deliveries after which a message is dead-lettered or dropped (default: 20).")
        Integer deliveryLimit,

        @Nullable
        @Min(1)
        @Max(255)
        @JsonPropertyDescription("Messages have priorities from 0 to this one; higher ones are served first.")
        Integer maxPriority,

        @Nullable
        @Min(1)
        @Max(64)
        @JsonPropertyDescription(
                "Messages with the same group key (header x-group-key, else the routing key) are delivered one after the"
                        + " other, the next when the one before is settled; keys are spread over so many shards.")
        Integer shards,

        @Nullable @JsonPropertyDescription("Serves one consumer at a time, the next when it goes (default: false).")
        Boolean singleActiveConsumer,

        @Nullable
        @Size(max = 20)
        @Pattern("^[1-9][0-9]*(ms|s|m|h|d)$")
        @JsonPropertyDescription(
                "A consumer that does not settle a message within this time loses its channel, and the message is"
                        + " ready again (default: that of the cluster, 30m).")
        String consumerTimeout,

        @Nullable @JsonPropertyDescription("Takes each message-id once in a while.")
        Deduplication deduplication,

        @Nullable @JsonPropertyDescription("Keeps settled messages, so that the queue can be rewound.")
        Replay replay,

        @Nullable @JsonPropertyDescription("Goes back to messages that were settled, once.")
        QueueRewind rewind,

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
