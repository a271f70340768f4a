package io.millrace.operator.plan.roll;

import io.millrace.operator.plan.PartitionFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/** One partition of a {@link SimulatedCluster}. */
final class SimulatedPartition {

    final int number;
    final List<Integer> replicas;
    final Set<Integer> inSync;
    final int minInSync;
    int leader;
    /** A replica that is to go once all others are in sync, or -1. */
    int leaving = -1;

    /** Ticks until a replica is in sync. */
    private final Map<Integer, Integer> behind = new HashMap<>();

    SimulatedPartition(int number, List<Integer> replicas, int minInSync) {
        this.number = number;
        this.replicas = new ArrayList<>(replicas);
        this.inSync = new HashSet<>(replicas);
        this.minInSync = minInSync;
        this.leader = replicas.getFirst();
    }

    boolean isOn(int node) {
        return replicas.contains(node);
    }

    /** The last one in sync stays so, or nobody would know who may lead. */
    void lose(int node) {
        if (inSync.size() > 1) {
            inSync.remove(node);
        }
        behind.remove(node);
    }

    void fallBehind(int node, int ticks) {
        if (isOn(node) && (!inSync.contains(node) || inSync.size() > 1)) {
            inSync.remove(node);
            behind.put(node, ticks);
        }
    }

    void follow(int node, int ticks) {
        if (isOn(node) && !inSync.contains(node)) {
            behind.put(node, ticks);
        }
    }

    void startMove(int to, int from, int ticks) {
        replicas.add(to);
        leaving = from;
        behind.put(to, ticks);
    }

    void tick(IntPredicate isUp) {
        if (leader < 0 || !inSync.contains(leader) || !isUp.test(leader)) {
            leader = replicas.stream()
                    .filter(inSync::contains)
                    .filter(isUp::test)
                    .findFirst()
                    .orElse(-1);
        }
        if (leader < 0) {
            return;
        }
        for (var node : List.copyOf(behind.keySet())) {
            var ticks = behind.merge(node, -1, Integer::sum);
            if (ticks <= 0 && isUp.test(node)) {
                behind.remove(node);
                inSync.add(node);
            }
        }
        if (leaving >= 0 && inSync.containsAll(replicas)) {
            replicas.remove(Integer.valueOf(leaving));
            inSync.remove(leaving);
            leaving = -1;
        }
    }

    void electPreferred(IntPredicate isUp) {
        var preferred = replicas.getFirst();
        if (inSync.contains(preferred) && isUp.test(preferred)) {
            leader = preferred;
        }
    }

    PartitionFacts facts() {
        return new PartitionFacts(
                "t", number, Set.copyOf(replicas), Set.copyOf(inSync), minInSync, leader, replicas.getFirst());
    }
}
