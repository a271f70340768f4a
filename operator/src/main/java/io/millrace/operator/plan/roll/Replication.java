package io.millrace.operator.plan.roll;

import io.millrace.api.v1alpha1.AllowUnavailable;
import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.PartitionFacts;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which partitions lie on which broker, and what is left of them without some. */
final class Replication {

    /** A topic of the queue layer that holds no data and has one replica by design. */
    private static final String KICK = "amqp.kick";

    private final List<PartitionFacts> all;
    private final Map<Integer, List<PartitionFacts>> byBroker;

    private Replication(List<PartitionFacts> all, Map<Integer, List<PartitionFacts>> byBroker) {
        this.all = all;
        this.byBroker = byBroker;
    }

    static Replication of(ClusterFacts facts) {
        var all = facts.partitions().stream()
                .filter(partition -> !partition.topic().equals(KICK))
                .toList();
        var byBroker = new HashMap<Integer, List<PartitionFacts>>();
        for (var partition : all) {
            partition.replicas().forEach(node -> byBroker.computeIfAbsent(node, none -> new ArrayList<>())
                    .add(partition));
        }
        return new Replication(all, byBroker);
    }

    List<PartitionFacts> on(BrokerPodFacts pod) {
        return byBroker.getOrDefault(pod.node(), List.of());
    }

    /** Partitions a broker holds and is not in sync with. */
    List<PartitionFacts> missedBy(BrokerPodFacts pod) {
        return on(pod).stream()
                .filter(partition -> !partition.inSync().contains(pod.node()))
                .toList();
    }

    /** Says whether a partition of a broker has any replica out of sync. */
    Optional<String> degraded(BrokerPodFacts pod) {
        var behind = on(pod).stream().filter(partition -> !partition.isFull()).toList();
        return behind.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%d partitions of %s have replicas out of sync, %s first; wait, or set rolling.requireFullIsr: false"
                                .formatted(behind.size(), pod.name(), behind.getFirst()));
    }

    /** Says whether a partition would fall below what its writers need if a broker restarted together with others. */
    Optional<String> shortage(BrokerPodFacts pod, Collection<Integer> others, AllowUnavailable consent) {
        for (var partition : on(pod)) {
            var left = left(partition, pod, others);
            if (left < partition.inSync().size() && left < partition.minInSync() && !isConsented(partition, consent)) {
                return Optional.of(("%s would have %d replicas in sync without %s and needs %d;"
                                + " raise its replicas, or consent with rolling.allowUnavailable")
                        .formatted(partition, left, pod.name(), partition.minInSync()));
            }
        }
        return Optional.empty();
    }

    /** Partitions of brokers that are away while these restart, because the user has consented to it. */
    List<PartitionFacts> away(List<BrokerPodFacts> batch) {
        var nodes = batch.stream().map(BrokerPodFacts::node).toList();
        return batch.stream()
                .flatMap(pod ->
                        on(pod).stream().filter(partition -> left(partition, pod, nodes) < partition.minInSync()))
                .distinct()
                .toList();
    }

    private static long left(PartitionFacts partition, BrokerPodFacts pod, Collection<Integer> others) {
        return partition.inSync().stream()
                .filter(node -> node != pod.node() && !others.contains(node))
                .count();
    }

    /** Consent is about partitions that no order of restarts can keep; others are kept, whatever was consented to. */
    private static boolean isConsented(PartitionFacts partition, AllowUnavailable consent) {
        return switch (consent) {
            case Never -> false;
            case SingleReplica -> partition.replicas().size() == 1;
            case Always -> partition.replicas().size() <= partition.minInSync();
        };
    }

    /** Whether a broker shares a partition with one of others. */
    boolean sharesWith(BrokerPodFacts pod, Set<Integer> others) {
        return on(pod).stream().anyMatch(partition -> !Collections.disjoint(partition.replicas(), others));
    }

    /** Whether no partition that has more than one replica lies within one rack. */
    boolean spans(Map<Integer, String> racks) {
        return all.stream()
                .filter(partition -> partition.replicas().size() > 1)
                .allMatch(partition -> partition.replicas().stream()
                                .map(node -> racks.getOrDefault(node, ""))
                                .distinct()
                                .count()
                        > 1);
    }
}
