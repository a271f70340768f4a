package io.millrace.operator.observe;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.api.v1alpha1.Management;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.client.QueueAdmin;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.TopicIntent;
import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.ClusterResolution;
import io.millrace.operator.plan.PartitionFacts;
import io.millrace.operator.scale.ScaleFacts;
import io.millrace.operator.scale.ScaleNeed;
import io.millrace.operator.scale.ScaleWish;
import io.millrace.operator.scale.TopicWishes;
import io.millrace.operator.status.Conditions;
import io.millrace.operator.status.FailureException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks closely at a cluster whose size, or placement, may have to change. */
final class ScaleObserver {

    private static final Logger LOG = LoggerFactory.getLogger(ScaleObserver.class);

    /** Topics of the queue layer with a partition for each slot. */
    private static final List<String> BY_SLOT = List.of("amqp.slots", "amqp.letters");

    /** Topics of queues begin with this; streams are read everywhere, and belong to no slot. */
    private static final String QUEUE = "q.";

    private final Connections connections;
    private final WaitingTopics waiting;

    ScaleObserver(Connections connections, WaitingTopics waiting) {
        this.connections = connections;
        this.waiting = waiting;
    }

    /**
     * Looks, if there is need to; empty also if the brokers do not answer.
     *
     * @param size how many brokers the StatefulSet has
     * @param calm whether all pods are ready
     */
    Optional<ScaleFacts> observe(
            BrokerCluster cluster,
            BrokerClusterIntent intent,
            ClusterFacts facts,
            int size,
            boolean calm,
            KubernetesClient kubernetes) {
        var key = ClusterKey.of(cluster);
        if (!waiting.any(key) && !isNeeded(cluster, intent, facts, size, calm)) {
            return Optional.empty();
        }
        try {
            var wishes = wishes(cluster, kubernetes);
            return Optional.of(connections.brokers(key).scale().facts().all(wishes, units(key, intent, facts)));
        } catch (FailureException e) {
            LOG.info("cluster {}: {}", key, e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean isNeeded(
            BrokerCluster cluster, BrokerClusterIntent intent, ClusterFacts facts, int size, boolean calm) {
        var status = cluster.getStatus();
        var isUnsettled = status == null
                || !Objects.equals(
                        status.observedGeneration(), cluster.getMetadata().getGeneration())
                || Stream.of("Reconciling", "Stalled", "Rebalancing").anyMatch(type -> is(status, type))
                || (calm && is(status, "Rolling"));
        return isUnsettled
                || ScaleNeed.isThere(
                        ScaleWish.of(intent),
                        size,
                        facts.quorum().lagMs().keySet(),
                        facts.brokers(),
                        facts.racks(),
                        facts.partitions().stream()
                                .map(one -> new ScaleNeed.Held(one.topic(), one.replicas()))
                                .toList(),
                        facts.minInSync(),
                        Optional.ofNullable(status.rebalance()));
    }

    private static boolean is(BrokerClusterStatus status, String condition) {
        return Conditions.find(status.conditions(), condition).isPresent();
    }

    /** What Topic objects that may use the cluster say; of several for one topic the oldest counts. */
    private static TopicWishes wishes(BrokerCluster cluster, KubernetesClient kubernetes) {
        var topics = kubernetes.resources(Topic.class).inAnyNamespace().list().getItems().stream()
                .filter(topic -> isOn(cluster, topic))
                .sorted(Comparator.comparing(
                                (Topic topic) -> topic.getMetadata().getCreationTimestamp())
                        .thenComparing(topic -> topic.getMetadata().getUid()))
                .toList();
        return wishes(topics);
    }

    static TopicWishes wishes(List<Topic> oldestFirst) {
        var seen = new HashSet<String>();
        var defaulted = new HashSet<String>();
        var wished = new HashMap<String, TopicWishes.Wish>();
        for (var topic : oldestFirst) {
            var name = TopicIntent.nameOf(topic);
            var replicas = topic.getSpec().replicas();
            if (!seen.add(name) || !isManaged(topic)) {
                continue;
            }
            if (replicas == null) {
                defaulted.add(name);
            } else {
                var minInSync = Optional.ofNullable(topic.getSpec().minInSyncReplicas());
                wished.put(name, new TopicWishes.Wish(replicas, minInSync));
            }
        }
        return new TopicWishes(defaulted, wished);
    }

    private static boolean isManaged(Topic topic) {
        var management = topic.getSpec().management();
        return management == null || management == Management.Manage;
    }

    private static boolean isOn(BrokerCluster cluster, Topic topic) {
        var reference = topic.getSpec().cluster();
        var namespace = topic.getMetadata().getNamespace();
        return topic.getMetadata().getDeletionTimestamp() == null
                && reference.name().equals(cluster.getMetadata().getName())
                && ClusterResolution.namespaceOf(reference, namespace)
                        .equals(cluster.getMetadata().getNamespace())
                && ClusterResolution.of(reference, namespace, Optional.of(cluster)) instanceof ClusterResolution.Found;
    }

    private Optional<List<Set<TopicPartition>>> units(ClusterKey key, BrokerClusterIntent intent, ClusterFacts facts) {
        if (!intent.queues()) {
            return Optional.of(List.of());
        }
        try {
            return Optional.of(units(connections.queues(key), facts));
        } catch (FailureException e) {
            LOG.info("cluster {}: {}", key, e.getMessage());
            return Optional.empty();
        }
    }

    /** A slot and the queues whose owner it has: who owns it reads and writes all of that. */
    static List<Set<TopicPartition>> units(QueueAdmin queues, ClusterFacts facts) {
        var partitions = facts.partitions().stream()
                .collect(Collectors.groupingBy(
                        PartitionFacts::topic, Collectors.mapping(PartitionFacts::partition, Collectors.toSet())));
        var slots = new HashMap<Integer, Set<TopicPartition>>();
        for (var topic : BY_SLOT) {
            partitions.getOrDefault(topic, Set.of()).forEach(slot -> slots.computeIfAbsent(slot, key -> new HashSet<>())
                    .add(new TopicPartition(topic, slot)));
        }
        queues.topicsBySlot().forEach((slot, topics) -> topics.stream()
                .filter(topic -> topic.startsWith(QUEUE))
                .forEach(topic -> addAll(slots, slot, topic, partitions.getOrDefault(topic, Set.of()))));
        return new ArrayList<>(slots.values());
    }

    private static void addAll(
            Map<Integer, Set<TopicPartition>> slots, int slot, String topic, Set<Integer> partitions) {
        partitions.forEach(partition ->
                slots.computeIfAbsent(slot, key -> new HashSet<>()).add(new TopicPartition(topic, partition)));
    }
}
