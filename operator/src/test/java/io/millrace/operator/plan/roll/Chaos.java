package io.millrace.operator.plan.roll;

import java.util.List;
import java.util.Random;

/** What happens to clusters. */
final class Chaos {

    private Chaos() {}

    /** Has something happen with some probability; whatever it is passes. */
    static void maybe(SimulatedCluster cluster, Random random, int percent) {
        if (random.nextInt(100) < percent) {
            happen(cluster, random);
        }
    }

    private static void happen(SimulatedCluster cluster, Random random) {
        var ids = List.copyOf(cluster.nodes.keySet());
        var id = ids.get(random.nextInt(ids.size()));
        var node = cluster.node(id);
        var ticks = 1 + random.nextInt(15);
        switch (random.nextInt(9)) {
            case 0 -> cluster.crash(id, ticks);
            case 1 ->
                cluster.partitions.stream()
                        .filter(partition -> partition.leader != id)
                        .forEach(partition -> partition.fallBehind(id, ticks));
            case 2 -> somePartition(cluster, random).fallBehind(id, ticks);
            case 3 -> move(cluster, random, id, ticks);
            case 4 -> node.queuesBehind = ticks;
            case 5 -> cluster.answerNothing(ticks);
            case 6 -> lag(cluster, node, ticks);
            case 7 -> List.copyOf(cluster.voters).forEach(voter -> cluster.crash(voter, ticks));
            default -> {
                if (random.nextInt(4) == 0) {
                    cluster.change(random.nextInt(3) == 0);
                }
            }
        }
    }

    private static SimulatedPartition somePartition(SimulatedCluster cluster, Random random) {
        return cluster.partitions.get(random.nextInt(cluster.partitions.size()));
    }

    private static void lag(SimulatedCluster cluster, SimulatedNode node, int ticks) {
        if (cluster.voters.contains(node.id) && node.id != cluster.controller) {
            node.voterBehind = ticks;
        }
    }

    private static void move(SimulatedCluster cluster, Random random, int to, int ticks) {
        var partition = somePartition(cluster, random);
        if (partition.leaving < 0 && !partition.isOn(to) && cluster.node(to).isBroker()) {
            partition.startMove(to, partition.replicas.get(random.nextInt(partition.replicas.size())), ticks);
        }
    }
}
