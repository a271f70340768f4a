package io.millrace.operator.scale;

import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ControllersIntent;
import io.millrace.operator.intent.RebalanceIntent;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is asked of the size of a cluster.
 *
 * @param brokers how many there are to be; their node ids are 0, 1, …
 * @param controllers node ids of those that are to vote
 * @param replication replicas of topics without a wish
 * @param minInSync in-sync replicas that a write to such a topic waits for
 * @param cordoned node ids of brokers that are to hold nothing
 * @param rebalance how partitions are moved
 */
public record ScaleWish(
        int brokers,
        Set<Integer> controllers,
        int replication,
        int minInSync,
        Set<Integer> cordoned,
        RebalanceIntent rebalance) {
    public ScaleWish {
        controllers = Set.copyOf(controllers);
        cordoned = Set.copyOf(cordoned);
    }

    /** Returns node ids of those that are to vote and are no brokers. */
    Set<Integer> dedicated() {
        return controllers.stream().filter(ControllersIntent::isDedicated).collect(Collectors.toSet());
    }

    /** Takes it from an intent. */
    public static ScaleWish of(BrokerClusterIntent intent) {
        return new ScaleWish(
                intent.replicas(),
                Set.copyOf(intent.controllers()),
                intent.defaultReplication(),
                intent.defaultMinInSync(),
                intent.cordoned(),
                intent.rebalance());
    }
}
