package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a user asks of a topic. */
@ApiType
@ValidationRule(
        value = "self.cluster == oldSelf.cluster",
        message = "spec.cluster cannot be changed: a topic does not move to another cluster")
@ValidationRule(
        value = "has(self.topicName) == has(oldSelf.topicName)"
                + " && (!has(self.topicName) || self.topicName == oldSelf.topicName)",
        message = "spec.topicName cannot be changed: Kafka does not rename topics")
@ValidationRule(
        value =
                "!has(self.topicName) || !(self.topicName.matches('^(amqp|q|s)[.]') || self.topicName.startsWith('__'))",
        message = "topic names that begin with amqp., q., s. or __ are internal; choose another name")
@ValidationRule(
        value = "!has(oldSelf.partitions) || (has(self.partitions) && self.partitions >= oldSelf.partitions)",
        message = "spec.partitions cannot be lowered: Kafka does not remove partitions")
@ValidationRule(
        value = "!has(self.replicas) || !has(self.minInSyncReplicas) || self.minInSyncReplicas <= self.replicas",
        message = "spec.minInSyncReplicas may not exceed spec.replicas: nothing could be written")
@ValidationRule(
        value = "!has(self.config) || !self.config.exists(k, k in ['cleanup.policy', 'retention.ms',"
                + " 'retention.bytes', 'min.insync.replicas'])",
        message = "spec.config may not hold cleanup.policy, retention.ms, retention.bytes or min.insync.replicas:"
                + " use spec.cleanup, spec.retention and spec.minInSyncReplicas")
public record TopicSpec(
        @Required @JsonPropertyDescription("The cluster it lives on.")
        ClusterRef cluster,

        @Nullable
        @Size(min = 1, max = 249)
        @Pattern("^[a-zA-Z0-9._-]+$")
        @JsonPropertyDescription("Name in Kafka (default: metadata.name).")
        String topicName,

        @Nullable @Default("1") @Min(1) @Max(10000) @JsonPropertyDescription("Number of partitions; can grow.")
        Integer partitions,

        @Nullable
        @Min(1)
        @Max(15)
        @JsonPropertyDescription("Replicas per partition; can be changed (default: the cluster's).")
        Integer replicas,

        @Nullable @JsonPropertyDescription("How long, and how much, is kept.")
        Retention retention,

        @Nullable @JsonPropertyDescription("delete old records, compact by key, or both (default: delete).")
        Cleanup cleanup,

        @Nullable @Min(1) @Max(15) @JsonPropertyDescription("Replicas a write waits for (default: the cluster's).")
        Integer minInSyncReplicas,

        @Nullable @Size(max = 64) @JsonPropertyDescription("Topic settings, as Apache Kafka names them.")
        Map<String, @Size(max = 1024) String> config,

        @Nullable @Size(max = 64) @JsonPropertyDescription("Exchanges of virtual host / that route into this topic.")
        List<Binding> bindings,

        @Nullable @Default("Manage") @JsonPropertyDescription("Manage, Observe (report only) or Paused.")
        Management management,

        @Nullable @Default("Delete") @JsonPropertyDescription("What happens to the topic when this object is deleted.")
        DeletionPolicy deletionPolicy) {}
