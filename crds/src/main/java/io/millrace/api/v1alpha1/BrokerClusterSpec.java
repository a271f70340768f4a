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

/** What a user asks of a cluster. */
@ApiType
@ValidationRule(
        value = "self.replicas != 2",
        message = "replicas: 2 cannot lose a broker without losing its majority; use 1 (no redundancy) or at least 3")
@ValidationRule(
        value = "!has(self.listeners) || self.listeners.all(a, self.listeners.exists_one(b, b.port == a.port))",
        message = "two listeners cannot share a port")
@ValidationRule(
        value =
                "!has(self.listeners) || (self.listeners.filter(l, l.protocol == 'amqp' && has(l.tls) && l.tls).size() <= 1"
                        + " && self.listeners.filter(l, l.protocol == 'amqp' && !(has(l.tls) && l.tls)).size() <= 1)",
        message = "a cluster has at most one listener of protocol amqp with TLS and one without")
@ValidationRule(
        value = "!has(self.listeners) || self.listeners.filter(l, l.protocol == 'management').size() <= 1",
        message = "a cluster has at most one listener of protocol management")
@ValidationRule(
        value = "!has(self.listeners) || !has(self.queues) || !has(self.queues.enabled) || self.queues.enabled"
                + " || !self.listeners.exists(l, l.protocol != 'kafka')",
        message = "listeners of protocol amqp or management need queues.enabled: true")
@ValidationRule(
        value = "!has(self.config) || !self.config.exists(k, k in ['node.id', 'process.roles', 'listeners',"
                + " 'advertised.listeners', 'log.dirs', 'log.dir', 'metadata.log.dir', 'inter.broker.listener.name',"
                + " 'controller.listener.names', 'listener.security.protocol.map', 'super.users',"
                + " 'authorizer.class.name', 'allow.everyone.if.no.acl.found', 'auto.create.topics.enable',"
                + " 'min.insync.replicas', 'default.replication.factor', 'controller.quorum.voters',"
                + " 'controller.quorum.bootstrap.servers', 'controller.quorum.auto.join.enable', 'broker.rack'])",
        message = "config holds a setting that the operator owns (node identity, listeners, directories, quorum,"
                + " authorizer, replication defaults); remove it")
@ValidationRule(
        value = "!has(self.config) || !self.config.exists(k, k.startsWith('millrace.') || k.startsWith('ssl.'))",
        message = "config may not hold settings that begin with millrace. or ssl.: the operator owns them")
@ValidationRule(
        value = "has(self.controllers) == has(oldSelf.controllers)",
        message = "controllers can neither be added to a cluster that exists nor removed from it: make a new cluster"
                + " and move to it (spec.controllers.replicas can be changed)")
public record BrokerClusterSpec(
        @Required @Min(1) @Max(100) @JsonPropertyDescription("Number of brokers: 1 (no redundancy) or at least 3.")
        int replicas,

        @Nullable
        @Size(min = 1, max = 20)
        @Pattern("^[0-9]+([.][0-9]+)*$")
        @JsonPropertyDescription("Version of the broker (default: the newest in the operator's catalogue).")
        String version,

        @Nullable
        @Size(min = 4, max = 20)
        @Pattern("^(auto|[0-9]+[.][0-9]+-IV[0-9]+)$")
        @Default("auto")
        @JsonPropertyDescription(
                "Feature levels the cluster is to have: auto (those of the version, once all brokers have"
                        + " run it well for a while), or those of a metadata.version of Kafka, such as 4.2-IV1.")
        String metadataVersion,

        @Required @JsonPropertyDescription("The disk of each broker.")
        Storage storage,

        @Nullable
        @JsonPropertyDescription("Controllers in pods of their own (absent: the first brokers, three at most, are"
                + " controllers too). Decided when the cluster is made.")
        Controllers controllers,

        @Nullable
        @Size(min = 1, max = 8)
        @JsonPropertyDescription(
                "Ports clients connect to (default: kafka 9092, amqp 5672, management 15672, all internal).")
        List<Listener> listeners,

        @Nullable @JsonPropertyDescription("Certificates of brokers and listeners.")
        Tls tls,

        @Nullable
        @JsonPropertyDescription("none or simple: ACLs (default: simple as soon as a kafka listener authenticates).")
        Authorization authorization,

        @Nullable @Size(max = 64) @JsonPropertyDescription("Broker settings, as Apache Kafka names them.")
        Map<String, @Size(max = 1024) String> config,

        @Nullable @JsonPropertyDescription("The queue layer (AMQP 0-9-1).")
        QueueLayer queues,

        @Nullable @JsonPropertyDescription("What the containers ask of their node.")
        Resources resources,

        @Nullable @JsonPropertyDescription("Java options of the containers.")
        Jvm jvm,

        @Nullable
        @JsonPropertyDescription(
                "Failure domains (absent: the zones of topology.kubernetes.io/zone, where nodes carry that label).")
        Rack rack,

        @Nullable @JsonPropertyDescription("How brokers are restarted.")
        Rolling rolling,

        @Nullable @JsonPropertyDescription("How partitions are moved when brokers come, go or are cordoned.")
        Rebalance rebalance,

        @Nullable
        @Size(max = 100)
        @JsonPropertyDescription("Node ids of brokers that are to hold nothing: emptied, and left running.")
        List<@Min(0) @Max(99) Integer> cordonedNodes,

        @Nullable @JsonPropertyDescription("How consumer groups are watched.")
        ConsumerGroups consumerGroups,

        @Nullable
        @Size(max = 64)
        @JsonPropertyDescription("Other namespaces whose objects may name this cluster; \"*\" allows all.")
        List<@Size(min = 1, max = 63) String> allowedNamespaces,

        @Nullable @Default("Manage") @JsonPropertyDescription("Manage, Observe (report only) or Paused.")
        Management management) {}
