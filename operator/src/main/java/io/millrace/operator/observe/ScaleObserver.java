package io.millrace.operator.observe;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.client.QueueAdmin;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.TopicIntent;
import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.PartitionFacts;
import io.millrace.operator.scale.ScaleFacts;
import io.millrace.operator.scale.ScaleNeed;
import io.millrace.operator.scale.ScaleWish;
import io.millrace.operator.status.Conditions;
import io.millrace.operator.status.FailureException;
import java.util.ArrayList;
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

    ScaleObserver(Connections connections) {
        this.connections = connections;
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
        if (!isNeeded(cluster, intent, facts, size, calm)) {
            return Optional.empty();
        }
        var key = ClusterKey.of(cluster);
        try {
            var defaulted = defaulted(key, kubernetes);
            return Optional.of(connections.brokers(key).scale().facts().all(defaulted, units(key, intent, facts)));
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

    /** The topics of Topic objects that say nothing of replicas. */
    private static Set<String> defaulted(ClusterKey key, KubernetesClient kubernetes) {
        return kubernetes.resources(Topic.class).inAnyNamespace().list().getItems().stream()
                .filter(topic -> topic.getSpec().replicas() == null)
                .filter(topic -> topic.getSpec().cluster().name().equals(key.name()))
                .filter(topic -> Objects.requireNonNullElse(
                                topic.getSpec().cluster().namespace(),
                                topic.getMetadata().getNamespace())
                        .equals(key.namespace()))
                .map(TopicIntent::nameOf)
                .collect(Collectors.toSet());
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
